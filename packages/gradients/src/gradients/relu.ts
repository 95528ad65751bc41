import {
  ClipByValue,
  type ClipByValueAttrs,
  engine,
  type GradConfig,
  getBackend,
  getKernel,
  LeakyRelu,
  type LeakyReluAttrs,
  Relu,
  Relu6,
  type Tensor,
  zerosLike,
} from '@tensorflow/tfjs-core'
import { gradientConfigs } from '../upstream/gradient-configs.js'

/** A kernel of this package's own: dy where from ≤ x ≤ upTo, slope · dy elsewhere. */
export const ReluGrad = 'ReluGrad'

/** The least number over zero that a float32 can be. */
export const aboveZero = 2 ** -149

export interface ReluGradAttrs {
  /** Default {@link aboveZero}. */
  readonly from?: number
  /** Default infinity. */
  readonly upTo?: number
  /** Default 0. */
  readonly slope?: number
}

/**
 * Upstream fault: the gradients of Relu, Relu6, LeakyRelu and ClipByValue take three to five passes over the activations. A backend that has
 * ReluGrad takes one; the others keep upstream's composition.
 */
export const reluGradients: readonly GradConfig[] = [
  inOnePass(Relu, () => ({})),
  inOnePass(Relu6, () => ({ upTo: 6 })),
  inOnePass(ClipByValue, (attrs) => {
    const { clipValueMin: from, clipValueMax: upTo } = attrs as unknown as ClipByValueAttrs
    return { from, upTo }
  }),
  inOnePass(LeakyRelu, (attrs) => ({ slope: (attrs as unknown as LeakyReluAttrs).alpha })),
]

/** ReluGrad is linear in dy and piecewise constant in x: for gradients of gradients. */
export const reluGradGradient: GradConfig = {
  kernelName: ReluGrad,
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => ({
    dy: () => gated(dy as Tensor, x!, attrs as ReluGradAttrs),
    x: () => zerosLike(x!),
  }),
}

function inOnePass(kernelName: string, attrsOf: (attrs: unknown) => ReluGradAttrs): GradConfig {
  const upstream = gradientConfigs.find((config) => config.kernelName === kernelName)!
  return {
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attrs) => {
      const x = saved[0]!
      if (x.dtype !== 'float32' || getKernel(ReluGrad, getBackend()) === undefined)
        return upstream.gradFunc(dy, saved, attrs)
      return { x: () => gated(dy as Tensor, x, attrsOf(attrs)) }
    },
  }
}

const gated = (dy: Tensor, x: Tensor, attrs: ReluGradAttrs): Tensor =>
  engine().runKernel(ReluGrad, { dy, x }, { ...attrs }) as Tensor
