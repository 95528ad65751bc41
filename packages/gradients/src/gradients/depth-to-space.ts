import {
  DepthToSpace,
  type DepthToSpaceAttrs,
  type GradConfig,
  reshape,
  type Tensor,
  transpose,
} from '@tensorflow/tfjs-core'

/** Upstream fault: none. The gradient moves each block of pixels back into the channels. */
export const depthToSpaceGradient: GradConfig = {
  kernelName: DepthToSpace,
  inputsToSave: ['x'],
  gradFunc: (dys, [x], attrs) => ({
    x: () => {
      const dy = dys as Tensor
      const { blockSize, dataFormat } = attrs as unknown as DepthToSpaceAttrs
      if (dataFormat === 'NCHW') {
        const [n, channels, height, width] = x!.shape as [number, number, number, number]
        const blocks = reshape(dy, [n, channels / blockSize ** 2, height, blockSize, width, blockSize])
        return reshape(transpose(blocks, [0, 3, 5, 1, 2, 4]), x!.shape)
      }
      const [n, height, width, channels] = x!.shape as [number, number, number, number]
      const blocks = reshape(dy, [n * height, blockSize, width, channels / blockSize])
      return reshape(transpose(blocks, [0, 2, 1, 3]), x!.shape)
    },
  }),
}
