import { type ExplainOptions, type Model, type NDArray, openTask, randomStream, rowOf, sizeOf } from '@explainnet/core'
import type { ChannelRule, Maps } from '../api.ts'
import { type Ground, positionMaps, positionSides } from '../positions/position-maps.ts'

/** What hiding small windows of an input does to the target's score: measured once, it judges any number of maps. */
export interface EffectsOfHiding {
  readonly ground: Ground
  /** For each example its windows: `corner` and `size` by axis. */
  readonly windows: readonly (readonly HiddenWindow[])[]
  /** For each example and window: the score less the score without the window. */
  readonly falls: readonly (readonly number[])[]
  readonly cost: { readonly forward: number; readonly backward: number }
}

export interface HiddenWindow {
  readonly corner: readonly number[]
  readonly size: readonly number[]
}

export interface EffectsOptions extends Pick<ExplainOptions, 'target' | 'seed' | 'signal' | 'memory' | 'maxChunk'> {
  /** Windows of each size, at places drawn at random. Default 48. */
  readonly windows?: number | undefined
  /** Sides of the windows as shares of the input's. Default an eighth and a sixteenth. */
  readonly sizes?: readonly number[] | undefined
}

/**
 * Hides windows of the input's only array, each replaced by the mean of the example, and records how far the logit of the
 * target falls. A window lies wholly inside; on features or tokens it is as long on their only axis.
 *
 * Cost: windows · sizes + 1 forward passes an example, and one for the mean.
 */
export async function effectsOfHiding(
  model: Model,
  input: NDArray,
  { windows: count = 48, sizes = [1 / 8, 1 / 16], seed = 0, ...options }: EffectsOptions = {},
): Promise<EffectsOfHiding> {
  const { task, cost } = await openTask(model, input, { ...options, seed, space: 'logit' })
  const spec = model.inputs[0]!
  const array = task.inputs[spec.name]!
  const ground: Ground = { name: spec.name, axes: spec.axes, shape: array.shape }
  const sides = positionSides(ground)
  const windows = Array.from({ length: task.size }, () => {
    // The same places for every example, so that an example's figures do not depend on its batch.
    const random = randomStream(seed)
    return sizes.flatMap((share) => {
      const size = sides.map((side) => Math.max(1, Math.round(side * share)))
      return Array.from({ length: count }, () => ({
        corner: sides.map((side, axis) => random.integer(side - size[axis]! + 1)),
        size,
      }))
    })
  })
  const perExample = sizes.length * count
  const channels = sizeOf(array.shape.slice(1)) / sizeOf(sides)
  const [mean] = await task.baselines('mean')
  const rows = {
    count: task.size * (perExample + 1),
    example: (row: number) => Math.floor(row / (perExample + 1)),
    fill(row: number, into: Readonly<Record<string, Float32Array>>) {
      const example = Math.floor(row / (perExample + 1))
      const place = (row % (perExample + 1)) - 1
      if (place < 0) return
      const hidden = rowOf(mean!.inputs[spec.name]!, example)
      eachPosition(sides, windows[example]![place]!, (position) => {
        const from = position * channels
        into[spec.name]!.set(hidden.subarray(from, from + channels), from)
      })
    },
  }
  const falls = windows.map((): number[] => [])
  let whole = 0
  for await (const { row, example, score } of task.scores(rows, { space: 'logit' })) {
    if (row % (perExample + 1) === 0) whole = score
    else falls[example]!.push(whole - score)
  }
  return { ground, windows, falls, cost: cost() }
}

/**
 * Where the relevance lies that a map shows, does hiding hurt? Windows are weighted by the positive relevance in them; the
 * value is the weighted mean of the score's fall ÷ the largest fall, at most 1; higher is better. A map that puts all its
 * relevance where hiding hurts most has 1. Unlike ranks of positions (deletion, insertion), amounts count: a haze of
 * relevance over what does not matter lowers it. Without positive relevance it is that of a uniform map; where hiding
 * nothing hurts, 0.
 */
export function relevanceEffect(maps: Maps, effects: EffectsOfHiding, channels?: ChannelRule): number[] {
  return eachExample(maps, effects, channels, (values, windows, falls, sides) => {
    const largest = Math.max(...falls)
    if (largest <= 0) return 0
    const weights = windows.map((window) => {
      let sum = 0
      eachPosition(sides, window, (position) => {
        sum += Math.max(0, values[position]!)
      })
      return sum / sizeOf(window.size)
    })
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const mean =
      total > 0
        ? falls.reduce((sum, fall, k) => sum + fall * weights[k]!, 0) / total
        : falls.reduce((sum, fall) => sum + fall, 0) / falls.length
    return mean / largest
  })
}

/**
 * Infidelity over the hidden windows with the map scaled as suits it best: min over β ≥ 0 of Σ (β·A(w) − Δ(w))² ÷ Σ Δ(w)²,
 * where A(w) is the relevance in the window and Δ(w) the fall of the score; 0 … 1, lower is better (Yeh et al. 2019, "On the
 * (in)fidelity and sensitivity of explanations", https://arxiv.org/abs/1901.09392, with square removal; scaled because
 * methods have units of their own).
 */
export function scaledInfidelity(maps: Maps, effects: EffectsOfHiding, channels?: ChannelRule): number[] {
  return eachExample(maps, effects, channels, (values, windows, falls, sides) => {
    let [both, relevance, effect] = [0, 0, 0]
    windows.forEach((window, k) => {
      let sum = 0
      eachPosition(sides, window, (position) => {
        sum += values[position]!
      })
      both += sum * falls[k]!
      relevance += sum * sum
      effect += falls[k]! ** 2
    })
    return relevance > 0 && effect > 0 ? 1 - Math.max(0, both) ** 2 / (relevance * effect) : 1
  })
}

function eachExample(
  maps: Maps,
  { ground, windows, falls }: EffectsOfHiding,
  channels: ChannelRule | undefined,
  measure: (
    values: Float32Array,
    windows: readonly HiddenWindow[],
    falls: readonly number[],
    sides: readonly number[],
  ) => number,
): number[] {
  const laid = positionMaps(maps, ground, channels)
  return falls.map((own, example) => measure(rowOf(laid, example), windows[example]!, own, laid.shape.slice(1)))
}

function eachPosition(
  sides: readonly number[],
  { corner, size }: HiddenWindow,
  visit: (position: number) => void,
): void {
  const walk = (axis: number, before: number): void => {
    for (let at = corner[axis]!; at < corner[axis]! + size[axis]!; at++) {
      const position = before * sides[axis]! + at
      if (axis === sides.length - 1) visit(position)
      else walk(axis + 1, position)
    }
  }
  walk(0, 0)
}
