import { add, type GradConfig, reshape, scatterND, type Tensor, TopK, zeros } from '@tensorflow/tfjs-core'
import { rowStarts } from './gather-and-scatter.ts'

/** Upstream fault: none. The gradient of each value goes to where it was found; the positions have none. */
export const topKGradient: GradConfig = {
  kernelName: TopK,
  inputsToSave: ['x'],
  outputsToSave: [false, true],
  gradFunc: (dys, saved) => {
    const [x, found] = saved as [Tensor, Tensor]
    const [dy] = dys as Tensor[]
    return {
      x: () => {
        if (dy!.size === 0) return zeros(x.shape)
        const length = x.shape.at(-1)!
        const rows = x.size / length
        const positions = add(reshape(found, [rows, dy!.size / rows]), rowStarts(rows, length))
        return reshape(scatterND(reshape(positions, [dy!.size, 1]), reshape(dy!, [dy!.size]), [x.size]), x.shape)
      },
    }
  },
}
