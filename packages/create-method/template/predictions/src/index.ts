import {
  type AttributionMethod,
  apiVersion,
  type BaselineOption,
  type OptionSchema,
  resolveOptions,
  scoreCoalitions,
  scoreWhole,
  segmentInputs,
  specOf,
} from '@explainnet/core'

export interface MyMethodOptions {
  /** About how many segments an image is cut into. Default 50. */
  readonly count: number
  /** What a segment becomes when it is taken away. Default `zero`. */
  readonly baseline: BaselineOption
}

const schema = {
  count: { type: 'integer', text: 'About how many segments an image is cut into.', default: 50, min: 2 },
  baseline: { type: 'baseline', text: 'What a segment becomes when it is taken away.', default: 'zero' },
} as const satisfies OptionSchema

/**
 * What it computes.
 *
 * The map has the input's positions and no channel axis, a segment's fall spread evenly over it, in units of the score.
 *
 * Cost: a forward pass a segment and baseline.
 */
export function myMethod(given: Partial<MyMethodOptions> = {}) {
  const options = resolveOptions<MyMethodOptions>('my-method', schema, given)
  return {
    apiVersion,
    name: 'my-method',
    needs: 'predictions',
    deterministic: true,
    options: schema,
    spec: specOf('explainnet-my-method', 'myMethod', options),
    axioms: ['dummy', 'linearity', 'implementation-invariance'],
    async *attribute(task) {
      const baselines = await task.baselines(options.baseline)
      const segments = segmentInputs(task, 'auto', options.count, baselines)
      const whole = await scoreWhole(task)
      const falls = segments.counts.map((count) => new Float64Array(count))
      let done = 0
      const total = segments.counts.reduce((sum, count) => sum + count, 0)
      await scoreCoalitions(
        task,
        segments,
        baselines,
        (example) => allButOne(segments.counts[example]!),
        (example) => [0, segments.counts[example]!],
        (example, segment, score) => {
          falls[example]![segment] = whole[example]! - score
          task.report(++done / total)
        },
      )
      yield { maps: segments.spread(falls) }
    },
  } satisfies AttributionMethod<'predictions'>
}

/** Row s: every segment is there but s. */
const allButOne = (count: number) => ({
  count,
  present: Uint8Array.from({ length: count * count }, (_, i) => Number(i % (count + 1) !== 0)),
})
