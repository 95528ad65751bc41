import {
  engine,
  type GradConfig,
  MaxPoolGrad,
  MaxPoolWithArgmax,
  type MaxPoolWithArgmaxAttrs,
  type Tensor,
} from '@tensorflow/tfjs-core'

/** Upstream fault: none. The positions have no gradient. */
export const maxPoolWithArgmaxGradient: GradConfig = {
  kernelName: MaxPoolWithArgmax,
  inputsToSave: ['x'],
  outputsToSave: [true, false],
  gradFunc: (dys, saved, attrs) => {
    const [input, output] = saved as [Tensor, Tensor]
    const [dy] = dys as [Tensor]
    const { filterSize, strides, pad } = attrs as unknown as MaxPoolWithArgmaxAttrs
    return { x: () => engine().runKernel(MaxPoolGrad, { dy, input, output }, { filterSize, strides, pad }) as Tensor }
  },
}
