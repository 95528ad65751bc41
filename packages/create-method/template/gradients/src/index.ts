import {
  type AttributionMethod,
  apiVersion,
  type BaselineOption,
  inputMaps,
  type OptionSchema,
  resolveOptions,
  specOf,
} from '@explainnet/core'

export interface MyMethodOptions {
  /** Where the way to the input begins; several are averaged. Default `zero`. */
  readonly baseline: BaselineOption
}

const schema = {
  baseline: { type: 'baseline', text: 'Where the way to the input begins; several are averaged.', default: 'zero' },
} as const satisfies OptionSchema

/**
 * What it computes.
 *
 * Values are signed and in units of the score, `[n, …]` like the input. They add up to the change in score where the score is linear.
 *
 * Cost: one forward and one backward pass an example.
 */
export function myMethod(given: Partial<MyMethodOptions> = {}) {
  const options = resolveOptions<MyMethodOptions>('my-method', schema, given)
  return {
    apiVersion,
    name: 'my-method',
    needs: 'gradients',
    deterministic: true,
    options: schema,
    spec: specOf('explainnet-my-method', 'myMethod', options),
    axioms: ['dummy', 'linearity', 'implementation-invariance'],
    async *attribute(task) {
      const baselines = await task.baselines(options.baseline)
      const maps = inputMaps(task)
      for await (const { row, gradients } of task.gradients(task.originals)) {
        for (const [name, { data }] of Object.entries(maps)) {
          const gradient = gradients[name]!
          const input = task.inputs[name]!.data
          gradient.forEach((slope, i) => {
            const at = row * gradient.length + i
            for (const { inputs, weight } of baselines) {
              data[at] = data[at]! + weight * slope * (input[at]! - inputs[name]!.data[at]!)
            }
          })
        }
        task.report((row + 1) / task.size)
      }
      yield { maps }
    },
  } satisfies AttributionMethod<'gradients'>
}
