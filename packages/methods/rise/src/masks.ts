import { ExplainError, type NDArray, type RandomStream, randomStream } from '@explainnet/core'

/** Keeps these streams apart from those of other methods: 'rise' in ASCII. */
const maskStream = 0x72697365

/** Given for all axes, or one for each. */
export type Sizes = number | readonly number[]

/** How masks over an input are drawn. */
export interface MaskPlan {
  readonly sides: readonly number[]
  /** Of the grid, along each axis. */
  readonly cells: readonly number[]
  readonly probability: number
}

/** Masks by number, made one at a time: the array is good until the next one. */
export type MaskMaker = (mask: number) => Float32Array

/** Checks that the grid fits. Throws `bad-option`. */
export function planMasks(sides: readonly number[], cells: Sizes, probability: number): MaskPlan {
  const all = typeof cells === 'number' ? sides.map(() => cells) : cells
  if (all.length !== sides.length) {
    throw new ExplainError(
      'bad-option',
      `rise: cells [${all.join(', ')}] has ${all.length} numbers, and the input ${sides.length} axes (${sides.join('×')}).`,
      'Give one number for all axes, or one for each axis but batch and channels.',
    )
  }
  if (all.some((count, axis) => count > sides[axis]!)) {
    throw new ExplainError(
      'bad-option',
      `rise: a grid of ${all.join('×')} cells is finer than the input (${sides.join('×')}).`,
      'Use as many cells as positions at most.',
    )
  }
  return { sides, cells: all, probability }
}

/**
 * A maker of masks: a grid of cells that are 1 with the given probability, else 0, stretched linearly to one cell more than the
 * input and cut out at a random shift of less than a cell, drawn for each mask. An axis with a cell for each position is not stretched.
 */
export function maskMaker({ sides, cells, probability }: MaskPlan, random: (mask: number) => RandomStream): MaskMaker {
  const axes = sides.map((side, axis) => stretchedAxis(side, cells[axis]!))
  let length = cells.reduce((product, count) => product * count, 1)
  const grid = new Float32Array(length)
  // From the last axis to the first, so that most of the work is on long runs.
  const stages = axes
    .map((axis, index) => ({ axis, index }))
    .reverse()
    .map(({ axis, index }) => {
      const inner = sides.slice(index + 1).reduce((product, side) => product * side, 1)
      const outer = cells.slice(0, index).reduce((product, count) => product * count, 1)
      length = outer * axis.side * inner
      return { axis, index, outer, inner, to: new Float32Array(length) }
    })
  return (mask) => {
    const draws = random(mask)
    for (let i = 0; i < grid.length; i++) grid[i] = draws.uniform() < probability ? 1 : 0
    const shifts = axes.map(({ cell }) => draws.integer(cell))
    let from = grid
    for (const { axis, index, outer, inner, to } of stages) {
      stretch(from, to, axis, shifts[index]!, outer, inner)
      from = to
    }
    return from
  }
}

/** The masks' own stream for each input, the same whatever else is drawn from the seed. */
export const streamPath = (mask: number, input: number) => [maskStream, mask, input] as const

/**
 * The masks that `rise` uses under a seed for a model's first input, `[masks, …sides]`, for figures and for tests.
 *
 * @param sides Of the input without batch and channels, such as `[224, 224]`.
 */
export function riseMasks(
  sides: readonly number[],
  count: number,
  { cells = 7, probability = 0.5, seed = 0 }: { cells?: Sizes; probability?: number; seed?: number } = {},
): NDArray {
  const plan = planMasks(sides, cells, probability)
  const make = maskMaker(plan, (mask) => randomStream(seed, ...streamPath(mask, 0)))
  const positions = sides.reduce((product, side) => product * side, 1)
  const data = new Float32Array(count * positions)
  for (let mask = 0; mask < count; mask++) data.set(make(mask), mask * positions)
  return { shape: [count, ...sides], data }
}

/** Between which two cells each position of the stretched axis lies, and how far on. */
interface StretchedAxis {
  readonly side: number
  readonly cells: number
  /** Positions a cell; shifts are drawn below it. */
  readonly cell: number
  readonly low: Int32Array
  readonly share: Float32Array
}

function stretchedAxis(side: number, cells: number): StretchedAxis {
  const cell = Math.ceil(side / cells)
  const length = cell === 1 ? side : (cells + 1) * cell
  const low = new Int32Array(length)
  const share = new Float32Array(length)
  for (let i = 0; i < length; i++) {
    const place = Math.min(Math.max(((i + 0.5) * cells) / length - 0.5, 0), cells - 1)
    low[i] = Math.min(Math.floor(place), Math.max(0, cells - 2))
    share[i] = place - low[i]!
  }
  return { side, cells, cell, low, share }
}

function stretch(
  from: Float32Array,
  to: Float32Array,
  { side, cells, low, share }: StretchedAxis,
  shift: number,
  outer: number,
  inner: number,
): void {
  const next = cells > 1 ? inner : 0
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < side; i++) {
      const left = (o * cells + low[shift + i]!) * inner
      const right = left + next
      const part = share[shift + i]!
      const target = (o * side + i) * inner
      for (let k = 0; k < inner; k++) {
        const value = from[left + k]!
        to[target + k] = value + (from[right + k]! - value) * part
      }
    }
  }
}
