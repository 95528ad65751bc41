import { type RandomStream, randomStream } from '@explainnet/core'
import { dispose, tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/**
 * Random weights that keep the size of the activations from layer to layer (He et al. 2015, https://arxiv.org/abs/1502.01852):
 * normal kernels, batch normalisations that change little, and halve where a residual is added.
 */
export function drawWeights(model: LayersModel, seed: number): void {
  const weighted = model.layers.filter(({ weights }) => weights.length > 0)
  weighted.forEach((layer, at) => {
    const tensors = layer.weights.map(({ name, shape }, i) =>
      tensor(draw(name, layer.name, shape as number[], randomStream(seed, at, i)), shape as number[]),
    )
    layer.setWeights(tensors)
    dispose(tensors)
  })
}

function draw(weight: string, layer: string, shape: readonly number[], random: RandomStream): Float32Array {
  const size = shape.reduce((product, side) => product * side, 1)
  const fill = (value: () => number) => Float32Array.from({ length: size }, value)
  if (/depthwise_kernel/.test(weight)) return fill(() => random.normal() * Math.sqrt(2 / (shape[0]! * shape[1]!)))
  if (/kernel/.test(weight)) return fill(() => random.normal() * Math.sqrt((2 * shape.at(-1)!) / size))
  if (/gamma/.test(weight)) return fill(() => (layer.startsWith('residual') ? 0.5 : 1))
  if (/variance/.test(weight)) return fill(() => 1)
  return fill(() => random.normal() * 0.05)
}
