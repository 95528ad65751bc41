import { Abs, cast, type GradConfig, mul, sign, type Tensor } from '@tensorflow/tfjs-core'

/** Upstream fault: the slope at 0 is −1. Here it is 0, as in TensorFlow and PyTorch. */
export const absGradient: GradConfig = {
  kernelName: Abs,
  inputsToSave: ['x'],
  gradFunc: (dy, [x]) => ({ x: () => mul(dy as Tensor, sign(cast(x!, 'float32'))) }),
}
