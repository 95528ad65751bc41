import {
  interpolateBlues,
  interpolateBrBG,
  interpolateCividis,
  interpolateGreys,
  interpolateInferno,
  interpolatePiYG,
  interpolatePuOr,
  interpolateRdBu,
  interpolateViridis,
} from 'd3-scale-chromatic'

/** For values in [0, 1]. The first three are perceptually even; `cividis` is made for colour-blind readers. */
export type SequentialColours = 'inferno' | 'viridis' | 'cividis' | 'greys' | 'blues'
/** For values in [−1, 1]; all can be told apart by red-green blind readers. The first colour named is the positive end. */
export type DivergingColours = 'red-blue' | 'orange-purple' | 'brown-teal' | 'pink-green'
export type ColourName = SequentialColours | DivergingColours
export type Rgb = readonly [red: number, green: number, blue: number]

// ColorBrewer's red-blue runs from red to blue; attribution reads red as "for the class", so the ends are exchanged.
const sequential: Record<SequentialColours, (t: number) => string> = {
  inferno: interpolateInferno,
  viridis: interpolateViridis,
  cividis: interpolateCividis,
  greys: interpolateGreys,
  blues: interpolateBlues,
}
const diverging: Record<DivergingColours, (t: number) => string> = {
  'red-blue': (t) => interpolateRdBu(1 - t),
  'orange-purple': (t) => interpolatePuOr(1 - t),
  'brown-teal': (t) => interpolateBrBG(1 - t),
  'pink-green': (t) => interpolatePiYG(1 - t),
}

export const colourNames = [...Object.keys(sequential), ...Object.keys(diverging)] as readonly ColourName[]
export const isDiverging = (name: ColourName): name is DivergingColours => name in diverging

const tables = new Map<ColourName, readonly Rgb[]>()

/** The colour of a normalised value: [0, 1] for sequential names, [−1, 1] for diverging ones; beyond is held. */
export function colourOf(name: ColourName, value: number): Rgb {
  let table = tables.get(name)
  if (!table) {
    const ramp = isDiverging(name) ? diverging[name] : sequential[name]
    // An odd number of entries: zero has a colour of its own, the neutral middle.
    table = Array.from({ length: 513 }, (_, i) => parse(ramp(i / 512)))
    tables.set(name, table)
  }
  const share = isDiverging(name) ? (value + 1) / 2 : value
  return table[Math.round(Math.max(0, Math.min(1, share)) * 512)]!
}

export const hex = ([red, green, blue]: Rgb) =>
  `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`

/** Black or white, whichever stands out more (WCAG relative luminance). */
export function readableOn(colour: Rgb): string {
  const [r, g, b] = colour.map((part) =>
    part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b! > 0.179 ? '#000' : '#fff'
}

function parse(css: string): Rgb {
  const parts = css.startsWith('#')
    ? [1, 3, 5].map((at) => Number.parseInt(css.slice(at, at + 2), 16))
    : css.match(/\d+/g)!.map(Number)
  return [parts[0]!, parts[1]!, parts[2]!]
}
