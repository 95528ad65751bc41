import type { EstimatedMap, Task } from './api.ts'

/** Zeros to add up attributions in, one map for each input that has gradients, of its shape: `[size, …]`. */
export function inputMaps(task: Task): Record<string, EstimatedMap & { readonly data: Float64Array }> {
  return Object.fromEntries(
    task.model.inputs
      .filter((spec) => spec.dtype === 'float32')
      .map(({ name, axes }) => {
        const { shape, data } = task.inputs[name]!
        return [name, { shape, data: new Float64Array(data.length), axes, domain: 'input' }]
      }),
  )
}
