import {
  BatchMatMul,
  cast,
  type GradConfig,
  greater,
  greaterEqual,
  less,
  lessEqual,
  Maximum,
  Minimum,
  mul,
  SquaredDifference,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { broadcast } from './broadcast.ts'
import { sumToShape } from './sum-to-shape.ts'
import { upstream } from './upstream.ts'

type Derivatives = (dy: Tensor, a: Tensor, b: Tensor) => { a: () => Tensor; b: () => Tensor }

const binary = (kernelName: string, derivatives: Derivatives): GradConfig => ({
  kernelName,
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, saved) => {
    const [a, b] = saved as [Tensor, Tensor]
    const whole = derivatives(dy as Tensor, a, b)
    return { a: () => sumToShape(whole.a(), a.shape), b: () => sumToShape(whole.b(), b.shape) }
  },
})

type Compare = (a: Tensor, b: Tensor) => Tensor

/** Broadcast before they are compared, which on wasm is a hundred times faster. */
const chosen =
  (first: Compare, second: Compare): Derivatives =>
  (dy, a, b) => {
    const where = (holds: Compare) => mul(dy, cast(holds(broadcast(a, dy.shape), broadcast(b, dy.shape)), 'float32'))
    return { a: () => where(first), b: () => where(second) }
  }

/** Upstream fault, here and below: throws where an input was broadcast. As upstream, a tie goes to the first input. */
export const maximumGradient = binary(Maximum, chosen(greaterEqual, less))

export const minimumGradient = binary(Minimum, chosen(lessEqual, greater))

/** A layer normalisation of an exported graph has one: (x − mean)². */
export const squaredDifferenceGradient = binary(SquaredDifference, (dy, a, b) => ({
  a: () => mul(dy, mul(sub(a, b), 2)),
  b: () => mul(dy, mul(sub(b, a), 2)),
}))

const matMul = upstream(BatchMatMul)

/** A matrix that all rows of the batch share. */
export const batchMatMulGradient: GradConfig = {
  ...matMul,
  gradFunc: (dy, saved, attrs) => {
    const [a, b] = saved as [Tensor, Tensor]
    const whole = matMul.gradFunc(dy, saved, attrs)
    return { a: () => sumToShape(whole['a']!(), a.shape), b: () => sumToShape(whole['b']!(), b.shape) }
  },
}
