import {
  type AttributionMethod,
  apiVersion,
  type BaselineOption,
  linearFit,
  type OptionSchema,
  resolveOptions,
  type SegmentsOption,
  scoreCoalitions,
  scoreWhole,
  segmentations,
  segmentInputs,
  specOf,
} from '@explainnet/core'
import { limeDesign } from './samples.ts'

export interface LimeOptions {
  /** What is taken away. Default `auto`: superpixels of images, blocks of signals, the features of tables and tokens. */
  readonly segments: SegmentsOption
  /** About how many segments, for `slic` and `grid`. Default 50. */
  readonly count: number
  /** Rows of the surrogate's data, the example itself among them. Default 1000. */
  readonly samples: number
  /** What hidden segments become. Default `segment-mean`: each its own mean, and 0 where it is a single position. */
  readonly baseline: BaselineOption | 'segment-mean'
  /** Width of the exponential kernel over the cosine distance. Default 0.25. */
  readonly kernelWidth: number
}

const schema = {
  segments: { type: 'segments', text: 'What is taken away; also given ones.', default: 'auto', choices: segmentations },
  count: { type: 'integer', text: 'About how many segments, for slic and grid.', default: 50, min: 2 },
  samples: { type: 'integer', text: "Rows of the surrogate's data.", default: 1000, min: 2 },
  baseline: { type: 'baseline', text: 'What hidden segments become; several are averaged.', default: 'segment-mean' },
  kernelWidth: { type: 'number', text: 'Width of the kernel over the cosine distance.', default: 0.25, min: 1e-3 },
} as const satisfies OptionSchema

/** Of the penalty on the coefficients' squares, as in the authors' code. */
const ridge = 1
/** Fewer rows a segment than this leave the coefficients to chance. */
const rowsPerSegment = 10
/** Shares of the samples after which an estimate is yielded. */
const stages = [0.25, 0.5, 1]

/**
 * LIME: hides segments at random, each with probability ½, and fits a linear model of the scores by which segments are there,
 * weighted by nearness to the example: √exp(−d²/width²) of the cosine distance d, ridge 1, with an intercept. The example itself
 * is the first row.
 *
 * The map has the input's positions and no channel axis (of a table, its features), a segment's coefficient spread evenly over
 * it; `segments` beside it tells them apart. Scores are probabilities by default. `evidence.fit` is the weighted R² of the
 * linear model: near 0 it says nothing about the network. `evidence.standardError` is the mean standard error of the coefficients
 * ÷ their mean size, by leaving out a tenth of the samples in turn: how much another seed would change. Under ten samples a
 * segment the warning `few-samples` is given. Integer inputs stay as they are unless the baseline gives their values.
 *
 * Cost: a forward pass a sample and baseline. Needs no gradients: any black box.
 *
 * @throws ExplainError `bad-shape` for segments that do not fit.
 *
 * Ribeiro et al. 2016, "Why Should I Trust You?", equation 1 and algorithm 1, https://arxiv.org/abs/1602.04938
 */
export function lime(given: Partial<LimeOptions> = {}) {
  const options = resolveOptions<LimeOptions>('lime', schema, given)
  const { segments: cut, count, samples, baseline, kernelWidth } = options
  return {
    apiVersion,
    name: 'lime',
    needs: 'predictions',
    deterministic: false,
    options: schema,
    spec: specOf('@explainnet/lime', 'lime', options),
    axioms: ['linearity', 'implementation-invariance', 'sensitivity'],
    paper: 'https://arxiv.org/abs/1602.04938',
    async *attribute(task) {
      const named = baseline === 'segment-mean' ? undefined : await task.baselines(baseline)
      const segments = segmentInputs(task, cut, count, named)
      const baselines = named ?? (await task.baselines({ name: 'segment-mean', inputs: segments.means() }))
      const atInputs = await scoreWhole(task)
      const designs = new Map(
        segments.counts.map((columns) => [
          columns,
          limeDesign(columns, samples, kernelWidth, (row) => task.random(row)),
        ]),
      )
      for (const [example, columns] of segments.counts.entries()) {
        if (samples >= rowsPerSegment * columns) continue
        task.warn(
          'few-samples',
          `${samples} samples for ${columns} segments; ${rowsPerSegment} each are needed.`,
          example,
        )
      }
      // The example itself is known and scores 0: a network that never changes then has coefficients of 0 exactly.
      const scores = segments.counts.map(() => new Float64Array(samples))
      let done = 0
      let before = 1
      for (const share of stages) {
        const until = Math.max(2, Math.round(share * samples))
        await scoreCoalitions(
          task,
          segments,
          baselines,
          (example) => designs.get(segments.counts[example]!)!,
          () => [before, until],
          (example, row, score) => {
            scores[example]![row] = score - atInputs[example]!
            task.report(++done / (task.size * (samples - 1)))
          },
        )
        before = until
        const fits = new Map(
          [...designs].map(([columns, design]) => [columns, linearFit(design, until, { constant: 'free', ridge })]),
        )
        const found = scores.map((own, example) => fits.get(segments.counts[example]!)!(own))
        const size = (values: Float64Array) => values.reduce((sum, value) => sum + Math.abs(value), 0)
        yield {
          maps: segments.spread(found.map(({ coefficients }) => coefficients)),
          evidence: {
            fit: found.map(({ rSquared }) => rSquared),
            evaluations: found.map(() => 1 + (until - 1) * baselines.length),
            ...(found[0]?.standardErrors
              ? { standardError: found.map((one) => size(one.standardErrors!) / (size(one.coefficients) || 1)) }
              : {}),
          },
        }
      }
    },
  } satisfies AttributionMethod<'predictions'>
}
