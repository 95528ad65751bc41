import type { Tensor } from '@tensorflow/tfjs-core'
import type { DifferentiableModel, NamedTensors, Space, TensorSpec } from '../api.ts'
import { differentiate, refuseAborted, runPass } from './pass.ts'
import type { Tape } from './tape.ts'

/** Outputs in a space, made of tf operations; on a gradient pass with the tape, to say which layer runs. */
type Forward = (inputs: NamedTensors, space: Space, tape?: Tape) => NamedTensors

/** What every adapter with a synchronous forward pass does alike. */
export function passesOf(
  inputs: readonly TensorSpec[],
  forward: Forward,
): Pick<DifferentiableModel, 'predict' | 'scoreAndGradient'> {
  return {
    async predict(arrays, { space, signal }) {
      refuseAborted(signal)
      return await runPass(inputs, arrays, (tensors) => forward(tensors, space))
    },
    async scoreAndGradient(arrays, score, options) {
      const { scores, gradients } = await differentiate(
        {
          specs: inputs,
          inputs: arrays,
          score,
          options,
          forward: (tensors, tape) => forward(tensors, score.space, tape),
        },
        (tensors) => ({ by: floats(inputs, tensors) }),
        true,
      )
      return { scores, gradients }
    },
  }
}

/** The inputs that have a gradient. */
const floats = (specs: readonly TensorSpec[], tensors: NamedTensors): NamedTensors =>
  Object.fromEntries(
    specs.filter(({ dtype }) => dtype === 'float32').map(({ name }): [string, Tensor] => [name, tensors[name]!]),
  )
