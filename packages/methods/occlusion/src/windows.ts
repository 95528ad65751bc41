import { ExplainError, type Positions } from '@explainnet/core'

/** Given for all axes, or one for each. */
export type Sizes = number | readonly number[]

/** Where a window slides along one axis: it starts at 0, stride, 2·stride, …, and the last one is cut at the edge. */
interface Slide {
  readonly side: number
  readonly window: number
  readonly stride: number
  readonly count: number
}

/** The windows over an input's positions, numbered row-major. */
export interface Windows {
  readonly count: number
  /** Calls `visit` for each run of positions inside the window: `from` to before `to`, row-major. */
  runs(window: number, visit: (from: number, to: number) => void): void
}

/**
 * The windows of an input, by default a seventh of each side wide and half as far apart; features of a table and tokens go one
 * by one. Every position is inside of one. Throws `bad-option` where window and stride don't fit the input.
 */
export function windowsOver(
  name: string,
  { sides, axes }: Positions,
  window: Sizes | undefined,
  stride: Sizes | undefined,
): Windows {
  const slides = sides.map((side, i): Slide => {
    const single = axes[i + 1] === 'feature' || axes[i + 1] === 'token'
    const width = sizeAlong('window', name, window, i, sides) ?? (single ? 1 : Math.max(1, Math.round(side / 7)))
    const step = sizeAlong('stride', name, stride, i, sides) ?? Math.max(1, Math.floor(width / 2))
    if (width > side) {
      throw new ExplainError(
        'bad-option',
        `occlusion: window ${width} is larger than input '${name}' (${sides.join('×')}).`,
        `Along axis '${axes[i + 1]}' it can be 1 to ${side}.`,
      )
    }
    if (step > width) {
      throw new ExplainError(
        'bad-option',
        `occlusion: stride ${step} leaves out positions of input '${name}' between windows of ${width}.`,
        `Give a stride of at most ${width}.`,
      )
    }
    return { side, window: width, stride: step, count: Math.ceil((side - width) / step) + 1 }
  })
  return {
    count: slides.reduce((product, { count }) => product * count, 1),
    runs(window, visit) {
      const starts = startsOf(slides, window)
      const walk = (axis: number, before: number): void => {
        const { side, window: width } = slides[axis]!
        const [from, to] = [starts[axis]!, Math.min(side, starts[axis]! + width)]
        if (axis === slides.length - 1) visit(before * side + from, before * side + to)
        else for (let i = from; i < to; i++) walk(axis + 1, before * side + i)
      }
      walk(0, 0)
    },
  }
}

function startsOf(slides: readonly Slide[], window: number): number[] {
  const starts: number[] = []
  let rest = window
  for (const { count, stride } of slides.toReversed()) {
    starts.unshift((rest % count) * stride)
    rest = Math.floor(rest / count)
  }
  return starts
}

function sizeAlong(
  option: string,
  name: string,
  given: Sizes | undefined,
  axis: number,
  sides: readonly number[],
): number | undefined {
  if (given === undefined || typeof given === 'number') return given
  if (given.length === sides.length) return given[axis]
  throw new ExplainError(
    'bad-option',
    `occlusion: ${option} [${given.join(', ')}] has ${given.length} sizes, and input '${name}' has ${sides.length} axes (${sides.join('×')}).`,
    'Give one size for all axes, or one for each axis but batch and channels.',
  )
}
