import {
  Greater,
  GreaterEqual,
  type KernelConfig,
  LessEqual,
  LogicalAnd,
  Multiply,
  Select,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { aboveZero, ReluGrad, type ReluGradAttrs } from '../gradients/relu.ts'
import type { KernelFix } from '../kernel-fix.ts'
import { otherKernel } from '../other-kernel.ts'
import { type Backend, makeTensor, release } from './backend.ts'

/** Upstream fault: the gradient of a ReLU goes by Step, which takes as long as a convolution there; TensorFlow has a kernel for it. */
export const reluGradient: KernelFix = {
  kernelName: ReluGrad,
  backendName: 'tensorflow',
  hasFault: () => false,
  mend: (): KernelConfig => ({
    kernelName: ReluGrad,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { dy, x } = inputs as { dy: TensorInfo; x: TensorInfo }
      const { from = aboveZero, upTo = Number.POSITIVE_INFINITY, slope = 0 } = attrs as ReluGradAttrs
      const tensorflow = backend as Backend
      if (from === aboveZero && upTo === Number.POSITIVE_INFINITY && slope === 0) {
        const { TF_ATTR_TYPE: type, TF_FLOAT: value } = tensorflow.binding
        return tensorflow.executeSingleOutput('ReluGrad', [{ name: 'T', type, value }], [dy, x])
      }
      const temporary: TensorInfo[] = []
      const keep = (made: TensorInfo) => {
        temporary.push(made)
        return made
      }
      const number = (value: number) => keep(makeTensor(tensorflow, [], Float32Array.of(value)))
      const run = (name: string, given: Record<string, TensorInfo>) =>
        otherKernel('tensorflow', tensorflow, name, given)
      const high = keep(run(LessEqual, { a: x, b: number(upTo) }))
      // TensorFlow takes numbers as small as aboveZero for zero.
      const low = keep(
        from === aboveZero ? run(Greater, { a: x, b: number(0) }) : run(GreaterEqual, { a: x, b: number(from) }),
      )
      const open = keep(run(LogicalAnd, { a: low, b: high }))
      const dx = run(Select, { condition: open, t: dy, e: keep(run(Multiply, { a: dy, b: number(slope) })) })
      for (const t of temporary) release(tensorflow, t)
      return dx
    },
  }),
}
