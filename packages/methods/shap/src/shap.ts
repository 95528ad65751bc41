import {
  type AttributionMethod,
  apiVersion,
  type BaselineOption,
  type Evidence,
  type OptionSchema,
  resolveOptions,
  type SegmentsOption,
  scoreCoalitions,
  scoreWhole,
  segmentations,
  segmentInputs,
  specOf,
} from '@explainnet/core'
import { isExact, planFor, rowsAt, type Solution, solverFor } from './plan.ts'

export interface ShapOptions {
  /** What the players are. Default `auto`: superpixels of images, blocks of signals, the features of tables and tokens. */
  readonly segments: SegmentsOption
  /** About how many segments, for `slic` and `grid`. Default 50. */
  readonly count: number
  /** Coalitions scored at most, for each example and baseline. Default 2M + 2048 for M segments. From 2^M on the values are exact. */
  readonly samples: number | undefined
  /** What absent segments become. Default `black`. Several are averaged: a background. */
  readonly baseline: BaselineOption
}

const schema = {
  segments: {
    type: 'segments',
    text: 'What the players are; also given ones.',
    default: 'auto',
    choices: segmentations,
  },
  count: { type: 'integer', text: 'About how many segments, for slic and grid.', default: 50, min: 2 },
  samples: { type: 'integer', text: 'Coalitions at most; exact from 2^M for M segments. Default 2M + 2048.', min: 2 },
  baseline: { type: 'baseline', text: 'What absent segments become; several are averaged.', default: 'black' },
} as const satisfies OptionSchema

/**
 * Shapley values of segments: each one's mean contribution to the score over all orders in which segments can join, absent
 * ones holding the baseline's values. Exact where all 2^M coalitions fit `samples`. Else KernelSHAP: least squares under the
 * Shapley kernel, solved with Σφ = f(x) − f(b) as a constraint, so that the sum is exact whatever the samples; small and large
 * coalitions are taken whole, those between are drawn in pairs of complements.
 *
 * The map has the input's positions and no channel axis (of a table, its features), a segment's value spread evenly over it so
 * that the map adds up to f(x) − f(b); `segments` beside it tells them apart. Scores are probabilities by default.
 * `evidence.standardError` is the mean standard error of the values ÷ their mean size, by leaving out a tenth of the draws in
 * turn; absent where the values are exact. Integer inputs stay as they are unless the baseline gives their values.
 *
 * Cost: a forward pass a coalition and baseline, at most `samples`, and one. Needs no gradients: any black box.
 *
 * @throws ExplainError `bad-option` with fewer samples than 2M, `bad-shape` for segments that do not fit.
 *
 * Lundberg & Lee 2017, "A Unified Approach to Interpreting Model Predictions", theorem 2, https://arxiv.org/abs/1705.07874
 */
export function shap(given: Partial<ShapOptions> = {}) {
  const options = resolveOptions<ShapOptions>('shap', schema, given)
  const { segments: cut, count, samples, baseline } = options
  return {
    apiVersion,
    name: 'shap',
    needs: 'predictions',
    deterministic: false,
    options: schema,
    spec: specOf('@explainnet/shap', 'shap', options),
    axioms: ['completeness', 'dummy', 'linearity', 'symmetry', 'implementation-invariance', 'sensitivity'],
    paper: 'https://arxiv.org/abs/1705.07874',
    async *attribute(task) {
      const baselines = await task.baselines(baseline)
      const segments = segmentInputs(task, cut, count, baselines)
      const full = await scoreWhole(task)
      const empty = full.map((_, example) => baselines.reduce((sum, one) => sum + one.weight * one.scores[example]!, 0))
      const plans = new Map(segments.counts.map((columns) => [columns, planFor(columns, samples, task)]))
      const planOf = (example: number) => plans.get(segments.counts[example]!)!
      const scores = segments.counts.map((_, example) => new Float64Array(planOf(example).count))
      const total = scores.reduce((sum, { length }) => sum + length, 0)
      let done = 0

      const stages = [...plans.values()].every(isExact) ? [1] : [0.25, 0.5, 1]
      for (const [stage, share] of stages.entries()) {
        const range = (example: number) =>
          [stage === 0 ? 0 : rowsAt(planOf(example), stages[stage - 1]!), rowsAt(planOf(example), share)] as const
        await scoreCoalitions(task, segments, baselines, planOf, range, (example, coalition, score) => {
          scores[example]![coalition] = score
          task.report(++done / total)
        })
        const solvers = new Map([...plans].map(([columns, plan]) => [columns, solverFor(plan, share)]))
        const found = scores.map((own, example) =>
          solvers.get(segments.counts[example]!)!(own, empty[example]!, full[example]!),
        )
        const evaluations = found.map((_, example) => 1 + range(example)[1] * baselines.length)
        yield {
          maps: segments.spread(found.map(({ values }) => values)),
          evidence: evidenceOf(
            found,
            found.map((_, example) => full[example]! - empty[example]!),
            evaluations,
          ),
        }
      }
    },
  } satisfies AttributionMethod<'predictions'>
}

function evidenceOf(found: readonly Solution[], differences: readonly number[], evaluations: number[]): Evidence {
  const sizes = found.map(({ values }) => values.reduce((sum, value) => sum + Math.abs(value), 0))
  const delta = found.map(({ values }, i) => values.reduce((sum, value) => sum + value, 0) - differences[i]!)
  const relative = delta.map((off, i) => off / (Math.max(Math.abs(differences[i]!), 0.1 * sizes[i]!) || 1))
  const errors = found.map(({ standardErrors }) => standardErrors?.reduce((sum, error) => sum + error, 0))
  return {
    completeness: { delta, relative },
    evaluations,
    ...(errors.some((error) => error !== undefined)
      ? { standardError: errors.map((error = 0, i) => (sizes[i]! > 0 ? error / sizes[i]! : 0)) }
      : {}),
  }
}
