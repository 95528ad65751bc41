import { type RandomStream, randomStream } from '@explainnet/core'
import { dispose, type Tensor, tensor } from '@tensorflow/tfjs-core'
import type { LayersModel, layers } from '@tensorflow/tfjs-layers'
import { type Dataset, File, type Group, ready } from 'h5wasm/node'

/** The weights of a Keras 2 file, by the names of the layers. */
export async function readKerasWeights(model: LayersModel, path: string): Promise<void> {
  await ready
  // Read through the module's own memory: it cannot open a read-only folder of the host.
  const file = new File(path, 'r')
  for (const layer of weighted(model)) {
    const group = file.get(`model_weights/${layer.name}`) as Group
    const names = Array.from(group.attrs['weight_names']!.value as Iterable<string>)
    setWeights(layer, (_, i) => (group.get(names[i]!) as Dataset).value as Float32Array)
  }
  file.close()
}

/**
 * Random weights that keep the size of the activations from layer to layer (He et al. 2015, https://arxiv.org/abs/1502.01852):
 * normal kernels, batch normalisations that change little, and halve where a residual is added.
 */
export function drawWeights(model: LayersModel, seed: number): void {
  weighted(model).forEach((layer, at) => {
    setWeights(layer, ({ name, shape }, i) => draw(name, layer.name, shape as number[], randomStream(seed, at, i)))
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

const weighted = (model: LayersModel) => model.layers.filter(({ weights }) => weights.length > 0)

function setWeights(
  layer: layers.Layer,
  values: (weight: layers.Layer['weights'][number], i: number) => Float32Array,
): void {
  const tensors: Tensor[] = layer.weights.map((weight, i) => tensor(values(weight, i), weight.shape as number[]))
  layer.setWeights(tensors)
  dispose(tensors)
}
