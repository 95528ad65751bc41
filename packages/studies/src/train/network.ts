import { randomStream } from '@explainnet/core'
import { tensor, tidy } from '@tensorflow/tfjs-core'
import { input, type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { purposes } from './purposes.ts'

/**
 * One stage of a convolutional network: `width` makes 3×3 convolutions (same padding, no bias), batch normalisation and
 * ReLU; `residual` adds such a block's output to its input; `pool` halves height and width by the maximum.
 */
type Stage = { readonly width: number } | 'residual' | 'pool'

export interface Architecture {
  readonly name: string
  /** [height, width, channels] */
  readonly inputShape: readonly [number, number, number]
  readonly stages: readonly Stage[]
  readonly dropout: number
  readonly classes: number
}

/**
 * The network, its weights not yet set: stages, global average pooling, dropout, one dense layer. `linear` leaves the
 * softmax out, for training on logits; the weights are the same and in the same order.
 */
export function buildNetwork(architecture: Architecture, final: 'softmax' | 'linear'): LayersModel {
  const start = input({ shape: [...architecture.inputShape] })
  let x = start
  let width = architecture.inputShape[2]
  let blocks = 0
  let pools = 0
  const block = (from: SymbolicTensor): SymbolicTensor => {
    const name = `block${++blocks}`
    // The zeros are replaced by `initialise`, whose numbers come from the seed.
    const convolution = layers.conv2d({
      name: `${name}_conv`,
      filters: width,
      kernelSize: 3,
      padding: 'same',
      useBias: false,
      kernelInitializer: 'zeros',
    })
    const normalisation = layers.batchNormalization({ name: `${name}_norm`, momentum: 0.9, epsilon: 1e-3 })
    const activation = layers.reLU({ name: `${name}_relu` })
    return activation.apply(normalisation.apply(convolution.apply(from))) as SymbolicTensor
  }
  for (const stage of architecture.stages) {
    if (stage === 'pool') {
      x = layers.maxPooling2d({ name: `pool${++pools}`, poolSize: 2 }).apply(x) as SymbolicTensor
    } else if (stage === 'residual') {
      const branch = block(x)
      x = layers.add({ name: `block${blocks}_add` }).apply([x, branch]) as SymbolicTensor
    } else {
      width = stage.width
      x = block(x)
    }
  }
  x = layers.globalAveragePooling2d({ name: 'average' }).apply(x) as SymbolicTensor
  if (architecture.dropout > 0) {
    x = layers.dropout({ name: 'dropout', rate: architecture.dropout }).apply(x) as SymbolicTensor
  }
  const dense = { name: 'classes', units: architecture.classes, kernelInitializer: 'zeros' as const, activation: final }
  return model({ name: architecture.name, inputs: start, outputs: layers.dense(dense).apply(x) as SymbolicTensor })
}

/**
 * Sets the kernels from the seed: convolutions normal with variance 2 ÷ inputs of a unit (He et al. 2015,
 * arXiv:1502.01852, eq. 10), dense layers normal with standard deviation 0.02. The rest keeps its initial value.
 */
export function initialise(network: LayersModel, seed: number): void {
  for (const [i, weight] of network.weights.entries()) {
    if (!isKernel(weight.originalName)) continue
    const shape = weight.shape as number[]
    const size = shape.reduce((product, n) => product * n, 1)
    const deviation = shape.length > 2 ? Math.sqrt(2 / (size / shape.at(-1)!)) : 0.02
    const random = randomStream(seed, purposes.weights, i)
    const values = Float32Array.from({ length: size }, () => deviation * random.normal())
    tidy(() => void weight.write(tensor(values, shape)))
  }
}

export const isKernel = (weightName: string): boolean => /(^|\/)kernel$/.test(weightName)
