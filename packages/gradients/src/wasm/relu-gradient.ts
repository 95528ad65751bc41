import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { aboveZero, ReluGrad, type ReluGradAttrs } from '../gradients/relu.ts'
import { addressOf, type WasmBackend } from './backend.ts'
import { gradientModule } from './module.ts'

/** Upstream fault: the gradient of a ReLU or of clipping is composed of three or more kernels, each of which passes over the activations. */
export const reluGradient: KernelConfig = {
  kernelName: ReluGrad,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { dy, x } = inputs as { dy: TensorInfo; x: TensorInfo }
    const { from, upTo, slope } = attrs as unknown as ReluGradAttrs
    const wasm = backend as WasmBackend
    const dx = wasm.makeOutput(x.shape, 'float32')
    const count = util.sizeFromShape(x.shape)
    gradientModule(wasm).reluGradient(
      addressOf(wasm, dy),
      addressOf(wasm, x),
      addressOf(wasm, dx),
      count,
      from ?? aboveZero,
      upTo ?? Number.POSITIVE_INFINITY,
      slope ?? 0,
    )
    return dx
  },
}
