import {
  type AttributionMethod,
  apiVersion,
  type BaselineOption,
  ExplainError,
  inputMaps,
  type OptionSchema,
  resolveOptions,
  specOf,
} from '@explainnet/core'
import { evidenceOf, hasConverged, measure, type Progress } from './convergence.ts'
import { type PathRecord, pathRows, position, recordPath } from './path.ts'
import { doubling, type Quadrature, quadratureRule, quadratures } from './quadrature.ts'

export interface IntegratedGradientsOptions {
  /** Rule of integration. Default `trapezoid`: on ReLU networks none is better, and it reuses its points. */
  readonly quadrature: Quadrature
  /** Alone: so many steps, fixed. With `tolerance`, or with neither given: the most evaluations, 512 by default. */
  readonly steps: number | undefined
  /** Doubles the steps until completeness and map have settled (see `integratedGradients`). Default 0.01 without `steps`. */
  readonly tolerance: number | undefined
  /** Where the paths start. Default `black`. Several are averaged. */
  readonly baseline: BaselineOption
  /** Keep the images along the path and the gradients there in `extras`. Needs fixed `steps`. Default false. */
  readonly path: boolean
}

const schema = {
  quadrature: { type: 'choice', text: 'Rule of integration.', default: 'trapezoid', choices: quadratures },
  steps: { type: 'integer', text: 'Steps, fixed; with a tolerance, the most evaluations.', min: 1 },
  tolerance: { type: 'number', text: 'Double the steps until completeness is within this share.', min: 1e-6, max: 1 },
  baseline: { type: 'baseline', text: 'Where the paths start; several are averaged.', default: 'black' },
  path: { type: 'boolean', text: 'Keep the images and gradients along the path.', default: false },
} as const satisfies OptionSchema

/** The first grid of the default; 7·2⁶ + 1 = 449 evaluations is then the last that stays within 512. */
const firstSteps = 7

/**
 * Integrated gradients: A = (x − b)·∫₀¹ ∇f(b + α(x − b)) dα, `[n, …]` like the input, in units of the score, so that
 * Σ A = f(x) − f(b) up to the error of the integration, which `evidence.completeness` tells.
 *
 * By default each example's steps double (7, 14, 28, …) until |Σ A − (f(x) − f(b))| was within `tolerance` (1 %) of
 * max(|f(x) − f(b)|, 0.1·Σ|A|) at two doublings in a row and the last one changed the map by at most 5 × `tolerance`
 * in relative L1. An example that has not got there after `steps` (512) evaluations a baseline is warned of as
 * `not-converged`. Examples do not influence each other. `steps` alone is fixed: `{ steps: 50 }`.
 *
 * Several baselines are averaged with equal weights; their mean score then stands for f(b). Integer inputs stay as they
 * are along the path. `path: true` puts `path.<input>` and `path.gradients.<input>` `[n, points, …]` and `path.alphas`
 * `[points]` into `extras`, the points of several baselines one after the other; it throws `bad-option` without fixed
 * `steps`, since examples may otherwise differ in their number.
 *
 * Cost: one forward and one backward pass a point (trapezoid: steps + 1) and baseline; one forward pass a baseline.
 *
 * Sundararajan, Taly & Yan 2017, "Axiomatic Attribution for Deep Networks", equations 1 and 3,
 * https://arxiv.org/abs/1703.01365
 */
export function integratedGradients(given: Partial<IntegratedGradientsOptions> = {}) {
  const options = withStop(resolveOptions<IntegratedGradientsOptions>('integrated-gradients', schema, given))
  const { quadrature, steps, tolerance, baseline, path } = options
  if (path && tolerance !== undefined) {
    throw new ExplainError(
      'bad-option',
      'integrated-gradients: `path` was asked for without a fixed number of steps.',
      'Give `steps` and no `tolerance`: { path: true, steps: 50 }.',
    )
  }
  return {
    apiVersion,
    name: 'integrated-gradients',
    needs: 'gradients',
    deterministic: !usesNoise(baseline),
    options: schema,
    spec: specOf('@explainnet/integrated-gradients', 'integratedGradients', options),
    axioms: [...axioms, ...(isEven(baseline) ? (['symmetry'] as const) : [])],
    paper: 'https://arxiv.org/abs/1703.01365',
    async *attribute(task) {
      const baselines = await task.baselines(baseline)
      const scores = await task.scoresAtInputs()
      const maps = inputMaps(task)
      const progress: Progress[] = []
      const spent = () => progress.reduce((sum, one) => sum + one.evaluations, 0)
      let examples = Array.from({ length: task.size }, (_, example) => example)
      let count = tolerance === undefined ? steps : firstSteps
      let refinement = { keep: 0, rule: quadratureRule(quadrature, count) }

      while (examples.length > 0) {
        const { keep, rule } = refinement
        const rows = pathRows(task, baselines, examples, rule)
        const points = rule.alphas.length
        const perExample = points * baselines.length
        const record: PathRecord | undefined = path
          ? recordPath(task, rows, perExample, rule.alphas, baselines.length)
          : undefined
        const fresh = Object.fromEntries(
          Object.entries(maps).map(([name, { data }]) => [name, new Float64Array(data.length / task.size)]),
        )
        const already = spent()
        for await (const { row, gradients } of task.gradients(rows)) {
          const { index, baseline: which, point } = position(row, baselines.length, points)
          const example = examples[index]!
          const from = baselines[which]!
          const weight = from.weight * rule.weights[point]!
          for (const [name, sums] of Object.entries(fresh)) {
            const start = example * sums.length
            const gradient = gradients[name]!
            const x = task.inputs[name]!.data
            const b = from.inputs[name]!.data
            for (let i = 0; i < sums.length; i++) {
              sums[i]! += weight * (x[start + i]! - b[start + i]!) * gradient[i]!
            }
          }
          record?.add(row, gradients)
          if ((row + 1) % perExample === 0) {
            const sums = refine(maps, fresh, example, keep)
            const baselineScore = baselines.reduce((sum, one) => sum + one.weight * one.scores[example]!, 0)
            const stop = tolerance ?? 0
            progress[example] = measure(progress[example], stop, sums, scores[example]!, baselineScore, perExample)
          }
          task.report((already + row + 1) / (task.size * baselines.length * (tolerance === undefined ? points : steps)))
        }
        const estimate = {
          maps,
          evidence: evidenceOf(progress, tolerance),
          ...(record ? { extras: record.extras } : {}),
        }
        if (tolerance === undefined) {
          yield estimate
          return
        }
        examples = examples.filter((example) => !hasConverged(progress[example]!, tolerance))
        refinement = doubling(quadrature, count)
        count *= 2
        const used = (example: number) => progress[example]!.evaluations / baselines.length
        const tooMany = examples.filter((example) => used(example) + refinement.rule.alphas.length > steps)
        for (const example of tooMany)
          task.warn('not-converged', whatWasReached(progress[example]!, tolerance), example)
        examples = examples.filter((example) => !tooMany.includes(example))
        yield estimate
      }
    },
  } satisfies AttributionMethod<'gradients'>
}

/** Adds `fresh` to `keep` × the example's map, clears it, and tells what that did. */
function refine(
  maps: ReturnType<typeof inputMaps>,
  fresh: Readonly<Record<string, Float64Array>>,
  example: number,
  keep: number,
) {
  let [total, magnitude, moved] = [0, 0, 0]
  for (const [name, sums] of Object.entries(fresh)) {
    const map = maps[name]!.data.subarray(example * sums.length, (example + 1) * sums.length)
    for (let i = 0; i < sums.length; i++) {
      const value = keep * map[i]! + sums[i]!
      moved += Math.abs(value - map[i]!)
      map[i] = value
      total += value
      magnitude += Math.abs(value)
    }
    sums.fill(0)
  }
  return { total, magnitude, moved }
}

function withStop(options: IntegratedGradientsOptions) {
  const tolerance = options.tolerance ?? (options.steps === undefined ? 0.01 : undefined)
  return { ...options, tolerance, steps: options.steps ?? 512 }
}

const axioms = ['completeness', 'dummy', 'linearity', 'implementation-invariance', 'sensitivity'] as const

const choicesOf = (baseline: BaselineOption) => (Array.isArray(baseline) ? baseline : [baseline])
const usesNoise = (baseline: BaselineOption) => choicesOf(baseline).includes('uniform')
/** The same value for every feature: only such a baseline treats features alike that may change places. */
const isEven = (baseline: BaselineOption) =>
  choicesOf(baseline).every((one) => (typeof one === 'string' ? one !== 'blur' && one !== 'uniform' : 'value' in one))

const whatWasReached = ({ relative, change, evaluations }: Progress, tolerance: number) =>
  `After ${evaluations} evaluations completeness is off by ${percent(relative)}` +
  `${change === undefined ? '' : ` and the last doubling changed the map by ${percent(change)}`}; ` +
  `wanted at most ${percent(tolerance)} twice and ${percent(5 * tolerance)}.`

const percent = (share: number) => `${Number((100 * share).toPrecision(2))} %`
