import {
  type AttributionMethod,
  apiVersion,
  ExplainError,
  inputOfLayer,
  type LayerRef,
  type OptionSchema,
  resizeLinear,
  resolveOptions,
  specOf,
} from '@explainnet/core'

export interface MyMethodOptions {
  /** Default: the model card's, else the last map before pooling or Flatten. */
  readonly layer: string | LayerRef | undefined
}

const schema = {
  layer: { type: 'layer', text: 'Layer with spatial axes; chosen from the model if left out.' },
} as const satisfies OptionSchema

/**
 * What it computes.
 *
 * Values are signed, at the input's spatial size and without a channel axis. Throws `unknown-layer` for one without positions.
 *
 * Cost: one forward and one backward pass an example.
 */
export function myMethod(given: Partial<MyMethodOptions> = {}) {
  const options = resolveOptions<MyMethodOptions>('my-method', schema, given)
  return {
    apiVersion,
    name: 'my-method',
    needs: 'layers',
    deterministic: true,
    options: schema,
    spec: specOf('explainnet-my-method', 'myMethod', options),
    async *attribute(task) {
      const layer = task.layer(options.layer)
      if (!layer.spatial) {
        throw new ExplainError('unknown-layer', `Layer '${layer.name}' has no spatial axes.`, 'Name one that has.')
      }
      const rows: Float32Array[] = []
      let sides: readonly number[] = []
      for await (const { shape, activation, gradient } of task.layerGradients(task.originals, layer)) {
        const channels = shape.at(-1)!
        sides = shape.slice(0, -1)
        const sums = new Float32Array(activation.length / channels)
        activation.forEach((value, i) => {
          const position = Math.floor(i / channels)
          sums[position] = sums[position]! + value * gradient[i]!
        })
        rows.push(sums)
        task.report(rows.length / task.size)
      }
      const { name, axes } = inputOfLayer(task.model, layer)
      const map = { shape: [task.size, ...sides], data: Float32Array.from(rows.flatMap((row) => [...row])) }
      const resized = resizeLinear(map, [task.size, ...task.inputs[name]!.shape.slice(1, -1)])
      const ref = { name: layer.name, call: layer.call }
      yield { maps: { [name]: { ...resized, axes: axes.slice(0, -1), domain: 'spatial', layer: ref } } }
    },
  } satisfies AttributionMethod<'layers'>
}
