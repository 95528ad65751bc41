import { ExplainError, type Model, type ModelInput, type Rows, rowOf } from '@explainnet/core'
import type { Maps, Measured, MetricOptions, MetricResult, TrivialName } from '../api.ts'
import { measured, metricResult, type ValuesByMap } from '../result.ts'
import { openSubject, orderOf, type Subject } from '../subject.ts'
import { type Hidden, type HidingOption, hiddenInputs } from './hidden.ts'

export interface CurveOptions extends MetricOptions {
  /** Points of the curve beside the first, from 1: so many forward passes an example and map, less one. Default 20. */
  readonly steps?: number | undefined
  /** What stands for hidden positions; several are averaged. Default: see the metric. */
  readonly baseline?: HidingOption | undefined
}

/** With the curves that the areas are of. */
export interface CurveResult extends MetricResult {
  /** For each example the score at 0, 1/steps, …, 1 of the positions; mean over baselines. */
  readonly curves: readonly (readonly number[])[]
  /** The same of the trivial maps. */
  readonly trivialCurves: Readonly<Partial<Record<TrivialName, readonly (readonly number[])[]>>>
  /** The area under each baseline alone. */
  readonly baselines: readonly (Measured & { readonly name: string })[]
}

/**
 * Deletion (Petsiuk et al. 2018, "RISE", https://arxiv.org/abs/1806.07421): positions are hidden from the most relevant to
 * the least, and the area under the probability of the target is taken; lower is better, 0 … 1. Whole positions, not
 * channels; the curve has both ends; trapezoid rule on equal steps; equal values in a seeded random order, so that a
 * constant map has the value of the random one (and a `constant-map` warning).
 *
 * `trivial.random.difference` is the area less that of a random order. Hidden positions are outside what the network was
 * trained on: give several baselines to see how much that matters. Default baseline `zero`: 0 in the model's units.
 *
 * Cost: (steps − 1) · (1 + trivial maps) · baselines forward passes an example, one for the example, one a baseline.
 *
 * @throws ExplainError `bad-option`, `bad-shape`, `unknown-baseline`, `aborted`, and what `openTask` throws.
 */
export const deletion = (
  model: Model,
  input: ModelInput,
  maps: Maps,
  options: CurveOptions = {},
): Promise<CurveResult> =>
  curveMetric(model, input, maps, options, {
    metric: 'deletion',
    definition:
      'Area under the score while positions are hidden, most relevant first (Petsiuk et al. 2018); trapezoid rule, both ends.',
    better: 'lower',
    baseline: 'zero',
  })

/**
 * Insertion (Petsiuk et al. 2018, "RISE"): as `deletion`, but positions are shown on a hidden image, most relevant first;
 * higher is better. Default baseline: a Gaussian blur of 11 taps a side and σ 5, edges repeated.
 */
export const insertion = (
  model: Model,
  input: ModelInput,
  maps: Maps,
  options: CurveOptions = {},
): Promise<CurveResult> =>
  curveMetric(model, input, maps, options, {
    metric: 'insertion',
    definition:
      'Area under the score while positions are shown on a hidden input, most relevant first (Petsiuk et al. 2018); trapezoid rule, both ends.',
    better: 'higher',
    baseline: { blur: 5, size: 11 },
  })

interface About extends Pick<MetricResult, 'definition' | 'better'> {
  readonly metric: 'deletion' | 'insertion'
  readonly baseline: HidingOption
}

async function curveMetric(
  model: Model,
  input: ModelInput,
  maps: Maps,
  options: CurveOptions,
  { baseline: usual, ...about }: About,
): Promise<CurveResult> {
  const { steps = 20, baseline = usual } = options
  if (!(Number.isInteger(steps) && steps >= 1)) {
    throw new ExplainError('bad-option', `${steps} steps were asked for.`, 'Give a whole number from 1.')
  }
  const subject = await openSubject(model, input, maps, options)
  const hidden = await hiddenInputs(subject, baseline)
  const curves = await measureCurves(subject, hidden, steps, about.metric)
  const of = <T>(make: (curvesOfMap: Curves) => T) =>
    Object.fromEntries(subject.maps.map(({ name }, map) => [name, make(curves[map]!)])) as Record<
      'map' | TrivialName,
      T
    >
  const values: ValuesByMap = of((ofMap) => averaged(ofMap).map(area))
  const { map: own, ...trivialCurves } = of(averaged)
  const parameters = {
    steps,
    baselines: hidden.map(({ name }) => name),
    channels: options.channels ?? 'sum',
    space: subject.task.targets[0]!.space,
    seed: subject.seed,
  }
  return {
    ...metricResult({ ...about, parameters }, values, subject.cost(), subject.warnings),
    curves: own,
    trivialCurves,
    baselines: hidden.map(({ name }, b) => ({ name, ...measured(curves[0]!.map((ofExample) => area(ofExample[b]!))) })),
  }
}

/** Of one map: a curve an example and baseline. */
type Curves = readonly (readonly number[][])[]

async function measureCurves(
  subject: Subject,
  hidden: readonly Hidden[],
  steps: number,
  metric: 'deletion' | 'insertion',
): Promise<Curves[]> {
  const { task, maps } = subject
  const shown = await task.scoresAtInputs()
  const curves = maps.map(() =>
    Array.from({ length: task.size }, (_, example) =>
      hidden.map(({ scores }) => {
        const curve = new Array<number>(steps + 1).fill(0)
        curve[metric === 'deletion' ? 0 : steps] = shown[example]!
        curve[metric === 'deletion' ? steps : 0] = scores[example]!
        return curve
      }),
    ),
  )
  const rows = curveRows(subject, hidden, steps, metric)
  for await (const { row, score } of task.scores(rows)) {
    const { example, map, baseline, step } = rows.place(row)
    curves[map]![example]![baseline]![step] = score
    task.report((row + 1) / rows.count)
  }
  return curves
}

interface Place {
  readonly example: number
  readonly map: number
  readonly baseline: number
  /** 1 … steps − 1 */
  readonly step: number
}

/** Every point of every curve but the ends: all of an example together, those of one map in a row. */
function curveRows(
  subject: Subject,
  hidden: readonly Hidden[],
  steps: number,
  metric: 'deletion' | 'insertion',
): Rows & { place(row: number): Place } {
  const { task, spec, input, maps, positions } = subject
  const between = steps - 1
  const place = (row: number): Place => {
    const curve = Math.floor(row / between)
    return {
      step: (row % between) + 1,
      baseline: curve % hidden.length,
      map: Math.floor(curve / hidden.length) % maps.length,
      example: Math.floor(curve / hidden.length / maps.length),
    }
  }
  // Rows come in order, so the order of one map is asked for many times in a row.
  let known: { key: string; order: Uint32Array } = { key: '', order: new Uint32Array() }
  const orderAt = (map: number, example: number) => {
    const key = `${map} ${example}`
    if (known.key !== key) known = { key, order: orderOf(subject, maps[map]!.values, example) }
    return known.order
  }
  return {
    count: task.size * maps.length * hidden.length * between,
    example: (row) => place(row).example,
    place,
    fill(row, inputs) {
      const { example, map, baseline, step } = place(row)
      const into = inputs[spec.name]!
      const first = orderAt(map, example).subarray(0, Math.round((positions * step) / steps))
      const original = rowOf(input, example)
      const replaced = rowOf(hidden[baseline]!.values, example)
      if (metric === 'insertion') into.set(replaced)
      const source = metric === 'insertion' ? original : replaced
      const channels = into.length / positions
      for (const position of first) {
        for (let i = position * channels; i < (position + 1) * channels; i++) into[i] = source[i]!
      }
    },
  }
}

/** One curve an example: the mean over baselines. */
const averaged = (curves: Curves): number[][] =>
  curves.map((ofExample) =>
    ofExample[0]!.map((_, step) => ofExample.reduce((sum, curve) => sum + curve[step]!, 0) / ofExample.length),
  )

/** Trapezoid rule on [0, 1]. */
function area(curve: readonly number[]): number {
  const sum = curve.reduce((total, value) => total + value, 0)
  return (sum - (curve[0]! + curve.at(-1)!) / 2) / (curve.length - 1)
}
