import { Diag, eye, type GradConfig, mul, reshape, sum, type Tensor } from '@tensorflow/tfjs-core'

/** Upstream fault: none. */
export const diagGradient: GradConfig = {
  kernelName: Diag,
  inputsToSave: ['x'],
  gradFunc: (dy, [x]) => ({
    x: () => reshape(sum(mul(reshape(dy as Tensor, [x!.size, x!.size]), eye(x!.size)), 1), x!.shape),
  }),
}
