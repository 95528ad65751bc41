import { type AttributionMethod, apiVersion, inputMaps } from '@explainnet/core'

/**
 * Running SmoothGrad of saliency with σ in the model's own units, an estimate at each of `counts`: what the grid of noise
 * and samples needs, and `smoothGrad`, whose noise is a share of each input's range, does not give.
 */
export function smoothingDraws(sigma: number, counts: readonly number[]): AttributionMethod<'gradients'> {
  return {
    apiVersion,
    name: 'smoothing-draws',
    needs: 'gradients',
    deterministic: false,
    options: {},
    async *attribute(task) {
      const maps = inputMaps(task)
      const [name, map] = Object.entries(maps)[0]!
      const rows = {
        count: Math.max(...counts),
        example: () => 0,
        fill(row: number, into: Readonly<Record<string, Float32Array>>) {
          const random = task.random(row)
          const values = into[name]!
          for (let i = 0; i < values.length; i++) values[i]! += sigma * random.normal()
        },
      }
      for await (const { row, gradients } of task.gradients(rows)) {
        gradients[name]!.forEach((slope, i) => {
          map.data[i]! += (slope - map.data[i]!) / (row + 1)
        })
        if (counts.includes(row + 1)) yield { maps }
      }
    },
  }
}
