import {
  Conv3D,
  Conv3DBackpropInputV2,
  type Conv3DBackpropInputV2Attrs,
  conv3d,
  type GradConfig,
  type Tensor,
  type Tensor5D,
} from '@tensorflow/tfjs-core'
import { upstream } from './upstream.ts'

const conv3dGradient = upstream(Conv3D)

/**
 * Upstream fault: none, so that `conv3dTranspose` throws. It is the gradient of a convolution by its input: by its output it is that
 * convolution, and the filter's gradient is the convolution's with input and output gradient in each other's place.
 */
export const conv3dTransposeGradient: GradConfig = {
  kernelName: Conv3DBackpropInputV2,
  inputsToSave: ['dy', 'filter'],
  gradFunc: (dys, saved, attrs) => {
    const [input, filter] = saved as [Tensor5D, Tensor5D]
    const { strides, pad } = attrs as unknown as Conv3DBackpropInputV2Attrs
    const dy = dys as Tensor5D
    return {
      dy: () => conv3d(dy, filter, strides, pad),
      filter: () => {
        const convolution = { strides, pad, dilations: 1 } as never
        return conv3dGradient.gradFunc(input, [dy, filter] as Tensor[], convolution)['filter']!()
      },
    }
  },
}
