import { type AttributionMethod, apiVersion, inputMaps, type OptionSchema, resolveOptions } from '@explainnet/core'

export interface InputXGradientOptions {
  /** Multiply the input by |gradient| instead of the gradient. Default false. */
  readonly absolute: boolean
}

const schema = {
  absolute: { type: 'boolean', text: 'Multiply the input by |gradient| instead of the gradient.', default: false },
} as const satisfies OptionSchema

/**
 * Input × gradient: the first-order share of every input value in the score, `[n, …]` like the input, signed, in units
 * of the score. It is exact for a linear model without bias. `absolute` gives input × |gradient| ("modified saliency").
 *
 * Cost: one forward and one backward pass an example.
 *
 * Shrikumar et al. 2016, "Not Just a Black Box", https://arxiv.org/abs/1605.01713
 */
export function inputXGradient(given: Partial<InputXGradientOptions> = {}) {
  const options = resolveOptions<InputXGradientOptions>('input-x-gradient', schema, given)
  return {
    apiVersion,
    name: 'input-x-gradient',
    needs: 'gradients',
    deterministic: true,
    options: schema,
    spec: { module: '@explainnet/saliency', export: 'inputXGradient', options: { ...options } },
    axioms: options.absolute ? ['dummy'] : ['dummy', 'linearity', 'implementation-invariance'],
    paper: 'https://arxiv.org/abs/1605.01713',
    async *attribute(task) {
      const maps = inputMaps(task)
      for await (const { row, gradients } of task.gradients(task.originals)) {
        for (const [name, { data }] of Object.entries(maps)) {
          const gradient = gradients[name]!
          const start = row * gradient.length
          const input = task.inputs[name]!.data
          gradient.forEach((slope, i) => {
            data[start + i] = input[start + i]! * (options.absolute ? Math.abs(slope) : slope)
          })
        }
        task.report((row + 1) / task.size)
      }
      yield { maps }
    },
  } satisfies AttributionMethod<'gradients'>
}
