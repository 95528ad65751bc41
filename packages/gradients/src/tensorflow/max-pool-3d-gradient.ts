import { MaxPool3DGrad, type TensorInfo } from '@tensorflow/tfjs-core'
import { giveToFirstMaximum, spreadGradient } from '../cpu/pool-gradients.ts'
import type { KernelFix } from '../kernel-fix.ts'
import { type PoolAttributes, poolGeometry } from '../pooling/geometry.ts'
import { type Backend, makeTensor } from './backend.ts'

/**
 * Upstream fault: TensorFlow gives the gradient of a volume's window to every maximum where several are equal, unlike that of an
 * image and PyTorch (the first in row-major order). It is computed in JavaScript here: TensorFlow has no other kernel for it.
 */
export const maxPool3dGradient: KernelFix = {
  kernelName: MaxPool3DGrad,
  backendName: 'tensorflow',
  hasFault: ({ kernelFunc }) => {
    const asked: string[] = []
    const volume = { dataId: {}, shape: [1, 2, 2, 2, 1], dtype: 'float32' } as TensorInfo
    const backend = { binding: {}, executeSingleOutput: (name: string) => asked.push(name) }
    const attrs = { filterSize: 1, strides: 1, pad: 'valid' }
    try {
      kernelFunc({ inputs: { dy: volume, input: volume, output: volume }, backend, attrs })
    } catch {
      return false
    }
    return asked.includes(MaxPool3DGrad)
  },
  mend: () => ({
    kernelName: MaxPool3DGrad,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo }
      const tensorflow = backend as Backend
      const [x, gradient] = [input, dy].map(({ dataId }) => tensorflow.readSync(dataId) as Float32Array)
      const geometry = poolGeometry(input, dy, attrs as unknown as PoolAttributes)
      return makeTensor(tensorflow, input.shape, spreadGradient(x!, gradient!, geometry, giveToFirstMaximum))
    },
  }),
}
