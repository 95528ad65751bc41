import { type AttributionMethod, apiVersion, inputMaps, resolveOptions } from '@explainnet/core'

/**
 * The gradient of the target's score by every input value: how the score changes when that value changes a little.
 *
 * Values are signed and in score per unit of input, `[n, …]` like the input. Simonyan's picture is the reduction
 * `maxOverChannels(map)`.
 *
 * Cost: one forward and one backward pass an example.
 *
 * Simonyan, Vedaldi & Zisserman 2013, "Deep Inside Convolutional Networks", section 3, https://arxiv.org/abs/1312.6034
 */
export function saliency(given: Record<string, never> = {}) {
  const options = resolveOptions('saliency', {}, given)
  return {
    apiVersion,
    name: 'saliency',
    needs: 'gradients',
    deterministic: true,
    options: {},
    spec: { module: '@explainnet/saliency', export: 'saliency', options },
    axioms: ['dummy', 'linearity', 'implementation-invariance'],
    paper: 'https://arxiv.org/abs/1312.6034',
    async *attribute(task) {
      const maps = inputMaps(task)
      for await (const { row, gradients } of task.gradients(task.originals)) {
        for (const [name, { data }] of Object.entries(maps)) {
          data.set(gradients[name]!, row * gradients[name]!.length)
        }
        task.report((row + 1) / task.size)
      }
      yield { maps }
    },
  } satisfies AttributionMethod<'gradients'>
}
