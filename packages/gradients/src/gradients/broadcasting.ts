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
import { gradientConfigs } from '../upstream/gradient-configs.js'
import { sumToShape } from './sum-to-shape.ts'

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

/** Upstream fault, here and below: throws where an input was broadcast. As upstream, a tie goes to the first input. */
export const maximumGradient = binary(Maximum, (dy, a, b) => ({
  a: () => mul(dy, cast(greaterEqual(a, b), 'float32')),
  b: () => mul(dy, cast(less(a, b), 'float32')),
}))

export const minimumGradient = binary(Minimum, (dy, a, b) => ({
  a: () => mul(dy, cast(lessEqual(a, b), 'float32')),
  b: () => mul(dy, cast(greater(a, b), 'float32')),
}))

/** A layer normalisation of an exported graph has one: (x − mean)². */
export const squaredDifferenceGradient = binary(SquaredDifference, (dy, a, b) => ({
  a: () => mul(dy, mul(sub(a, b), 2)),
  b: () => mul(dy, mul(sub(b, a), 2)),
}))

const matMul = gradientConfigs.find(({ kernelName }) => kernelName === BatchMatMul)!

/** A matrix that all rows of the batch share. */
export const batchMatMulGradient: GradConfig = {
  ...matMul,
  gradFunc: (dy, saved, attrs) => {
    const [a, b] = saved as [Tensor, Tensor]
    const whole = matMul.gradFunc(dy, saved, attrs)
    return { a: () => sumToShape(whole['a']!(), a.shape), b: () => sumToShape(whole['b']!(), b.shape) }
  },
}
