import {
  type AttributionMethod,
  apiVersion,
  type Estimate,
  type EstimatedMap,
  type Evidence,
  type MethodSpec,
  type Need,
  type OptionSchema,
  resolveOptions,
  type TaskFor,
} from '@explainnet/core'
import { noisyRows } from './noise.ts'
import { type RunningStatistics, runningStatistics } from './statistics.ts'

export interface SmoothGradOptions {
  /** Standard deviation of the noise as a share of each input's own max − min. Default 0.15. */
  readonly noise: number
  /** Noisy copies of each example. Default 50. */
  readonly samples: number
}

const schema = {
  noise: { type: 'number', text: "Standard deviation as a share of the input's own range.", default: 0.15, min: 0 },
  samples: { type: 'integer', text: 'Noisy copies of each example.', default: 50, min: 1 },
} as const satisfies OptionSchema

/**
 * The mean of a method's maps over noisy copies of the input: `smoothGrad(saliency())`. Signed, shaped like the inner
 * method's maps. The paper advises noise of 0.1 to 0.2 and about 50 samples.
 *
 * The target is the one of the clean input throughout. A constant input has no range and gets no noise, nor do integer
 * inputs. `evidence.standardError` tells how far the mean has settled.
 *
 * Cost: `samples` times that of the inner method.
 *
 * Smilkov et al. 2017, "SmoothGrad: removing noise by adding noise", section 3, https://arxiv.org/abs/1706.03825
 */
export const smoothGrad = <N extends Need>(inner: AttributionMethod<N>, given: Partial<SmoothGradOptions> = {}) =>
  noiseTunnel(inner, given, {
    name: 'smooth-grad',
    export: 'smoothGrad',
    paper: 'https://arxiv.org/abs/1706.03825',
    sample: (map) => map,
    summary: ({ mean }) => mean,
    meanIsSummary: true,
  })

/**
 * The mean of the squares of a method's maps over noisy copies of the input: never negative, in squared units.
 * Options, cost and limits as for `smoothGrad`.
 *
 * Hooker et al. 2019, "A Benchmark for Interpretability Methods in Deep Neural Networks", https://arxiv.org/abs/1806.10758
 */
export const smoothGradSquared = <N extends Need>(
  inner: AttributionMethod<N>,
  given: Partial<SmoothGradOptions> = {},
) =>
  noiseTunnel(inner, given, {
    name: 'smooth-grad-squared',
    export: 'smoothGradSquared',
    paper: 'https://arxiv.org/abs/1806.10758',
    sample: (map) => Float64Array.from(map, (value) => value * value),
    summary: ({ mean }) => mean,
    meanIsSummary: true,
  })

/**
 * The variance of a method's maps over noisy copies of the input, divided by n: never negative, in squared units.
 * Options, cost and limits as for `smoothGrad`; no standard error.
 *
 * Adebayo et al. 2018, "Local Explanation Methods for Deep Neural Networks Lack Sensitivity to Parameter Values",
 * https://arxiv.org/abs/1810.03307
 */
export const varGrad = <N extends Need>(inner: AttributionMethod<N>, given: Partial<SmoothGradOptions> = {}) =>
  noiseTunnel(inner, given, {
    name: 'var-grad',
    export: 'varGrad',
    paper: 'https://arxiv.org/abs/1810.03307',
    sample: (map) => map,
    summary: ({ squares, count }) => squares.map((sum) => sum / count),
    meanIsSummary: false,
  })

interface Variant {
  readonly name: string
  readonly export: string
  readonly paper: string
  /** What is counted of one noisy copy's map. */
  readonly sample: (map: ArrayLike<number>) => ArrayLike<number>
  readonly summary: (statistics: RunningStatistics) => Float64Array
  readonly meanIsSummary: boolean
}

/** Rows handed to the inner method at once: enough to fill its batches, few enough to hold their inputs and maps. */
const blockRows = 32

function noiseTunnel<N extends Need>(inner: AttributionMethod<N>, given: Partial<SmoothGradOptions>, variant: Variant) {
  const options = resolveOptions<SmoothGradOptions>(variant.name, schema, given)
  const { noise, samples } = options
  return {
    apiVersion,
    name: variant.name,
    needs: inner.needs,
    deterministic: false,
    options: schema,
    spec: inner.spec && {
      module: '@explainnet/smooth-grad',
      export: variant.export,
      options: { ...options },
      inner: inner.spec,
    },
    paper: variant.paper,
    async *attribute(task: TaskFor<N>) {
      const size = task.size
      const perBlock = Math.max(1, Math.floor(blockRows / size))
      const level = depth(inner.spec)
      const statistics: Record<string, RunningStatistics> = {}
      const evaluations = new Array<number>(size).fill(0)
      for (let done = 0; done < samples; ) {
        // Few at first: somebody may be looking.
        const count = Math.min(perBlock, Math.max(1, done), samples - done)
        // `derive` gives back the kind of task that it was called on; TypeScript does not follow that through TaskFor.
        const noisy = task.derive(noisyRows(task, noise, done, count, level)) as TaskFor<N>
        const { maps, evidence } = await finalEstimate(inner, noisy)
        for (const [name, { data }] of Object.entries(maps)) {
          const length = data.length / count
          statistics[name] ??= runningStatistics(length)
          for (let i = 0; i < count; i++) {
            statistics[name].add(variant.sample(data.subarray(i * length, (i + 1) * length)))
          }
        }
        for (let row = 0; row < count * size; row++) evaluations[row % size]! += evidence?.evaluations?.[row] ?? 1
        done += count
        task.report(done / samples)
        const all = Object.values(statistics)
        yield {
          maps: Object.fromEntries(
            Object.entries(maps).map(([name, map]): [string, EstimatedMap] => {
              const data = variant.summary(statistics[name]!)
              return [name, { ...map, shape: [size, ...map.shape.slice(1)], data }]
            }),
          ),
          evidence: {
            evaluations: [...evaluations],
            ...(variant.meanIsSummary && done > 1 ? { standardError: standardErrors(all, size) } : {}),
          } satisfies Evidence,
        }
      }
    },
  } satisfies AttributionMethod<N>
}

/** The inner method's last estimate. */
async function finalEstimate<N extends Need>(inner: AttributionMethod<N>, task: TaskFor<N>): Promise<Estimate> {
  let last: Estimate | undefined
  for await (const estimate of inner.attribute(task)) last = estimate
  return last!
}

/** How many methods are wrapped below: tunnels in tunnels draw different noise. */
const depth = (spec: MethodSpec | undefined): number => (spec?.inner ? 1 + depth(spec.inner) : 0)

/** For each example: the mean standard error of the mean over its map's entries ÷ the mean |entry|; 0 for a zero map. */
function standardErrors(all: readonly RunningStatistics[], size: number): number[] {
  return Array.from({ length: size }, (_, example) => {
    let errors = 0
    let magnitude = 0
    for (const { mean, squares, count } of all) {
      const length = mean.length / size
      for (let i = example * length; i < (example + 1) * length; i++) {
        errors += Math.sqrt(squares[i]! / (count * (count - 1)))
        magnitude += Math.abs(mean[i]!)
      }
    }
    return magnitude > 0 ? errors / magnitude : 0
  })
}
