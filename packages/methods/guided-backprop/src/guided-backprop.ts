import { type AttributionMethod, apiVersion, inputMaps, type OptionSchema, resolveOptions } from '@explainnet/core'
import { type RectifierRuleOptions, rectifierRule } from './rectifier-rule.ts'

const schema = {} as const satisfies OptionSchema

/**
 * Guided backpropagation: the gradient, with what is negative on its way back stopped at every ReLU.
 *
 * The maps are crisp and **fail sanity checks**: they hardly change when the network's upper layers are randomised
 * (Adebayo et al. 2018, https://arxiv.org/abs/1810.03292), and come close to a partial recovery of the input (Nie et
 * al. 2018, https://arxiv.org/abs/1805.07039). Here as a control that a check must catch; every result says so with the
 * warning `fails-sanity-checks`. Where no ReLU changed anything, the map is the gradient, which is warned of as `no-relu`.
 *
 * Map: `[n, …]` like the input, signed, in score per unit of input. Cost: one forward and one backward pass an example,
 * and one more of each.
 *
 * Springenberg et al. 2014, "Striving for Simplicity: The All Convolutional Net", https://arxiv.org/abs/1412.6806
 */
export const guidedBackprop = (given: Record<string, never> = {}) =>
  rectified('guided-backprop', 'guidedBackprop', 'guided', 'https://arxiv.org/abs/1412.6806', given)

/**
 * The deconvolutional network: on the way back, ReLUs let pass what is positive there, whatever came in forward; max
 * pooling sends it where the maximum was. It fails sanity checks and is warned of as `guidedBackprop` is.
 *
 * Map and cost as for `guidedBackprop`.
 *
 * Zeiler & Fergus 2013, "Visualizing and Understanding Convolutional Networks", section 2.1, https://arxiv.org/abs/1311.2901
 */
export const deconvnet = (given: Record<string, never> = {}) =>
  rectified('deconvnet', 'deconvnet', 'deconvnet', 'https://arxiv.org/abs/1311.2901', given)

function rectified(
  name: string,
  factory: string,
  kind: RectifierRuleOptions['kind'],
  paper: string,
  given: Record<string, never>,
) {
  const options = resolveOptions(name, schema, given)
  return {
    apiVersion,
    name,
    needs: 'gradients',
    deterministic: true,
    options: schema,
    spec: { module: '@explainnet/guided-backprop', export: factory, options },
    paper,
    async *attribute(task) {
      const maps = inputMaps(task)
      for await (const { row, gradients } of task.gradients(task.originals, { rule: rectifierRule({ kind }) })) {
        for (const [input, { data }] of Object.entries(maps)) {
          data.set(gradients[input]!, row * gradients[input]!.length)
        }
        task.report((row + 1) / task.size)
      }
      const control = 'The map hardly depends on the upper layers of the network: a control, not an explanation.'
      task.warn('fails-sanity-checks', control)
      // Seen from outside, because the rule may have run in a worker.
      const first = { count: 1, example: () => 0 }
      for await (const { gradients } of task.gradients(first)) {
        const same = Object.entries(maps).every(([input, { data }]) =>
          gradients[input]!.every((value, i) => value === data[i]),
        )
        if (same) task.warn('no-relu', 'No ReLU changed anything on the way back: this map is the gradient.')
      }
      yield { maps }
    },
  } satisfies AttributionMethod<'gradients'>
}
