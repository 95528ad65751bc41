import { type RandomStream, randomStream } from '@explainnet/core'
import { renderDebris, renderHaze } from './debris.ts'
import { between, emptyFields, type Fields, slide } from './fields.ts'
import { drawGrain, type Grain, type GrainPlace, renderBody, silhouette } from './grain.ts'
import { develop, drawOptics, photograph, sensorNoise } from './optics.ts'
import { traits } from './traits.ts'

/** One class a planted trait; `psilate` (label 0) has none. */
export type PollenSimClass = keyof typeof traits
export const pollenSimClasses = Object.keys(traits) as readonly PollenSimClass[]

export interface PollenSimOptions {
  /** Of the whole set; 0 … 2⁵³ − 1. */
  readonly seed: number
  /** Which picture of the set; 0 … 2⁵³ − 1. All nuisances depend on seed and index alone. */
  readonly index: number
  /** Another trait than the index's own: the exchanged twin. */
  readonly class?: PollenSimClass | undefined
  /** The same picture without the trait. */
  readonly twin?: 'removed' | undefined
  /** Width and height in pixels. Default 128. The scene does not depend on it. */
  readonly size?: number | undefined
  /** Pictures of this class get a scale bar in the lower right corner: a cue that is no trait. */
  readonly confound?: PollenSimClass | undefined
  /** Whether to find the trait's mask, which costs a second rendering. Default false: the mask is absent. */
  readonly mask?: boolean | undefined
}

export interface PollenSimImage {
  readonly width: number
  readonly height: number
  readonly channels: 3
  /** RGB, [height · width · 3], 0 … 255. */
  readonly data: Uint8ClampedArray
  /** Index into `pollenSimClasses`; of a trait-removed twin, the class whose trait was removed. */
  readonly label: number
  readonly className: PollenSimClass
  /**
   * [height · width], 1 where this picture and its twin differ by more than 2 of 255 in any channel: where the trait
   * shows. Empty (all 0) for `psilate`. Absent unless `mask: true`.
   */
  readonly mask?: Uint8Array
  /** [height · width], 1 on the grain's body, without what a trait adds outside it. */
  readonly grain: Uint8Array
}

/** Indices that never overlap between splits: each has a thousand million of its own. */
export function pollenSimSplit(name: 'train' | 'validation' | 'test', count: number): number[] {
  const start = { train: 0, validation: 1e9, test: 2e9 }[name]
  return Array.from({ length: count }, (_, i) => start + i)
}

// First number of a stream's path: what it is for.
const labelStream = 0
const sceneStream = 1

/** The class of picture `index`: each class once in every ten, in shuffled order, from a stream of its own. */
export function pollenSimLabel(seed: number, index: number): number {
  const count = pollenSimClasses.length
  const random = randomStream(seed, labelStream, Math.floor(index / count))
  const order = pollenSimClasses.map((_, label) => label)
  for (let i = count - 1; i > 0; i--) {
    const other = random.integer(i + 1)
    const held = order[i]!
    order[i] = order[other]!
    order[other] = held
  }
  return order[index % count]!
}

/** Everything in a picture but the traits: the nuisances. */
interface Scene {
  readonly size: number
  readonly grains: readonly Grain[]
  /** 8-bit picture with `shown[i]` on grain i. */
  picture(shown: readonly (PollenSimClass | undefined)[], scaleBar: boolean): Uint8ClampedArray
}

function drawScene(stream: (kind: number) => RandomStream, size: number, places: readonly GrainPlace[]): Scene {
  const grains = places.map((place, i) => drawGrain(place, (kind) => stream(10 + i).stream(kind)))
  const optics = drawOptics((kind) => stream(1).stream(kind))
  const noise = sensorNoise(stream(2), size, optics.noise)
  return {
    size,
    grains,
    picture: (shown, scaleBar) => {
      const fields = emptyFields(size)
      renderHaze(fields, stream(3))
      renderDebris(fields, places, (kind) => stream(4).stream(kind))
      for (const [i, grain] of grains.entries()) {
        renderBody(fields, grain)
        const name = shown[i]
        if (name) traits[name]?.(fields, grain, stream(20 + i).stream(pollenSimClasses.indexOf(name)))
      }
      if (scaleBar) renderScaleBar(fields)
      return develop(photograph(fields, optics), noise)
    },
  }
}

/** A black bar, 24 by 2.5 units, in the lower right corner. */
function renderScaleBar(fields: Fields): void {
  const { side, perUnit, debris } = fields
  for (let row = Math.round(119 * perUnit); row < Math.round(121.5 * perUnit); row++) {
    debris.fill(3, row * side + Math.round(98 * perUnit), row * side + Math.round(122 * perUnit))
  }
}

/** 1 where two pictures differ by more than 2 of 255 in any channel. */
function difference(a: Uint8ClampedArray, b: Uint8ClampedArray): Uint8Array {
  const mask = new Uint8Array(a.length / 3)
  for (let i = 0; i < a.length; i++) if (Math.abs(a[i]! - b[i]!) > 2) mask[Math.floor(i / 3)] = 1
  return mask
}

/**
 * One picture of a pollen grain as a light microscope would show it, with its label, the trait's mask and the grain's.
 * The same bytes on every engine. About 10 ms at 128², twice that with `mask`.
 */
export function pollenSim(options: PollenSimOptions): PollenSimImage {
  const { seed, index, twin, confound, size = 128, mask = false } = options
  const className = options.class ?? pollenSimClasses[pollenSimLabel(seed, index)]!
  const stream = (kind: number) => randomStream(seed, sceneStream, index, kind)
  const position = stream(0)
  const place = {
    radius: between(position, 0.22, 0.31) * slide,
    x: between(position, 0.42, 0.58) * slide,
    y: between(position, 0.42, 0.58) * slide,
  }
  const scene = drawScene(stream, size, [place])
  const scaleBar = className === confound
  const data = scene.picture([twin === 'removed' ? undefined : className], scaleBar)
  const other = () => scene.picture([twin === 'removed' ? className : undefined], scaleBar)
  return {
    width: size,
    height: size,
    channels: 3,
    data,
    label: pollenSimClasses.indexOf(className),
    className,
    grain: silhouette(size, scene.grains[0]!),
    ...(mask ? { mask: difference(data, other()) } : {}),
  }
}
