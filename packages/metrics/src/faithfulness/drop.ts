import { ExplainError, type Model, type ModelInput, rowOf } from '@explainnet/core'
import type { Maps, MetricOptions, MetricResult } from '../api.ts'
import { metricResult, type ValuesByMap } from '../result.ts'
import { openSubject, type Subject } from '../subject.ts'

export interface DropOptions extends MetricOptions {
  /**
   * `keep-top`: positions above the value at place ⌊N · fraction⌋ of the map sorted downwards are kept, all others are 0.
   * `explanation-map`: every position is multiplied by its value, negative ones counting as 0, divided by the largest
   * value of that example's map (Chattopadhay et al. 2018). Default `keep-top`.
   */
  readonly definition?: 'keep-top' | 'explanation-map' | undefined
  /** Of `keep-top`: the share that is kept, 0 … 1. Default 0.3. */
  readonly fraction?: number | undefined
}

/** Both come from the same passes. */
export interface DropAndIncrease {
  /** Mean of max(0, Y − O) / Y; 0 where Y is 0. Lower is better. */
  readonly drop: MetricResult
  /** Share of examples with O > Y. Higher is better. */
  readonly increase: MetricResult
}

/**
 * Average drop and increase in confidence (Chattopadhay et al. 2018, "Grad-CAM++", https://arxiv.org/abs/1710.11063): Y is
 * the probability of the target before, O what is left of it when only what the map calls relevant is shown. Hidden is 0 in
 * the model's own units.
 *
 * A constant map keeps nothing under `keep-top`, and everything (or, if it is not positive, nothing) under
 * `explanation-map`; there is a `constant-map` warning. So do equal values at the threshold: they are hidden.
 *
 * Cost: 1 + trivial maps forward passes an example, and one for the example.
 *
 * @throws ExplainError `bad-option`, `bad-shape`, `aborted`, and what `openTask` throws.
 */
export async function dropAndIncrease(
  model: Model,
  input: ModelInput,
  maps: Maps,
  options: DropOptions = {},
): Promise<DropAndIncrease> {
  const { definition = 'keep-top', fraction = 0.3 } = options
  if (!(fraction > 0 && fraction <= 1)) {
    throw new ExplainError('bad-option', `The fraction to keep is ${fraction}.`, 'It lies above 0 and is at most 1.')
  }
  const subject = await openSubject(model, input, maps, options)
  const mask = (values: Float32Array) =>
    definition === 'keep-top' ? keepTop(values, fraction) : explanationMap(values)
  const before = await subject.task.scoresAtInputs()
  const after = await scoresUnder(subject, mask)
  const each = (value: (y: number, o: number) => number) =>
    Object.fromEntries(
      subject.maps.map(({ name }, map) => [name, Array.from(before, (y, example) => value(y, after[map]![example]!))]),
    ) as unknown as ValuesByMap
  const kept =
    definition === 'keep-top'
      ? `the inputs above the map's value at place ⌊${fraction} N⌋ of its order are kept, the rest is 0`
      : 'the input is multiplied by the map, negative values as 0, divided by its maximum'
  const parameters = {
    definition,
    ...(definition === 'keep-top' ? { fraction } : {}),
    channels: options.channels ?? 'sum',
    space: subject.task.targets[0]!.space,
    seed: subject.seed,
  }
  const result = (about: Pick<MetricResult, 'metric' | 'definition' | 'better'>, values: ValuesByMap) =>
    metricResult({ ...about, parameters }, values, subject.cost(), subject.warnings)
  return {
    drop: result(
      { metric: 'average-drop', definition: `Mean of max(0, Y − O) / Y, where ${kept}.`, better: 'lower' },
      each((y, o) => (y > 0 ? Math.max(0, y - o) / y : 0)),
    ),
    increase: result(
      { metric: 'average-increase', definition: `Share of examples with O > Y, where ${kept}.`, better: 'higher' },
      each((y, o) => (o > y ? 1 : 0)),
    ),
  }
}

/** What is left of each score, by map and example. */
async function scoresUnder(subject: Subject, maskOf: (values: Float32Array) => ArrayLike<number>): Promise<number[][]> {
  const { task, spec, maps, positions } = subject
  const scores: number[][] = maps.map(() => [])
  const rows = {
    count: task.size * maps.length,
    example: (row: number) => Math.floor(row / maps.length),
    fill(row: number, inputs: Readonly<Record<string, Float32Array>>) {
      const mask = maskOf(rowOf(maps[row % maps.length]!.values, Math.floor(row / maps.length)))
      const into = inputs[spec.name]!
      const channels = into.length / positions
      for (let i = 0; i < into.length; i++) into[i]! *= mask[Math.floor(i / channels)]!
    },
  }
  for await (const { row, example, score } of task.scores(rows)) {
    scores[row % maps.length]![example] = score
    task.report((row + 1) / rows.count)
  }
  return scores
}

/** The mask of `keep-top` for one example's map, one value a position: 1 where it is kept, 0 elsewhere. */
export function keepTop(values: Float32Array, fraction: number): Float32Array {
  const descending = values.toSorted().reverse()
  const threshold = descending[Math.floor(values.length * fraction)] ?? Number.NEGATIVE_INFINITY
  return values.map((value) => (value > threshold ? 1 : 0))
}

/** The factors of `explanation-map` for one example's map, 0 … 1. */
export function explanationMap(values: Float32Array): Float32Array {
  const largest = values.reduce((a, b) => Math.max(a, b), 0)
  return values.map((value) => (largest > 0 ? Math.max(0, value) / largest : 0))
}
