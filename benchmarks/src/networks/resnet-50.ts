import { input, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { Network } from './network.ts'

/** [blocks, inner channels]: He et al. 2015, table 1, https://arxiv.org/abs/1512.03385 */
const stages = [
  [3, 64],
  [4, 128],
  [6, 256],
  [3, 512],
] as const

/** ResNet-50 at 224², as Keras builds it: padded by layers of their own, the stride in the first 1×1 convolution. */
export const resNet50: Network = {
  name: 'resnet-50',
  title: 'ResNet-50-like, 224²',
  shape: [224, 224, 3],
  range: [-1, 1],
  card: { name: 'resnet-50', input: { size: [224, 224], range: [-1, 1] } },
  build() {
    const image = input({ shape: [224, 224, 3] })
    let x = apply(layers.zeroPadding2d({ padding: 3 }), image)
    x = activated(normalised(conv(x, 64, 7, 2, 'valid')))
    x = apply(layers.zeroPadding2d({ padding: 1 }), x)
    x = apply(layers.maxPooling2d({ poolSize: 3, strides: 2 }), x)
    stages.forEach(([blocks, channels], stage) => {
      for (let i = 0; i < blocks; i++) x = block(x, channels, i > 0 || stage === 0 ? 1 : 2, i === 0)
    })
    x = apply(layers.globalAveragePooling2d({}), x)
    return model({ inputs: image, outputs: apply(layers.dense({ units: 1000, activation: 'softmax' }), x) })
  },
}

function block(x: SymbolicTensor, channels: number, stride: number, projected: boolean): SymbolicTensor {
  const shortcut = projected ? normalised(conv(x, 4 * channels, 1, stride)) : x
  let y = activated(normalised(conv(x, channels, 1, stride)))
  y = activated(normalised(conv(y, channels, 3, 1)))
  y = normalised(conv(y, 4 * channels, 1, 1), 'residual')
  return activated(apply(layers.add(), [shortcut, y]))
}

const conv = (
  x: SymbolicTensor,
  filters: number,
  kernelSize: number,
  strides: number,
  padding: 'same' | 'valid' = 'same',
) => apply(layers.conv2d({ filters, kernelSize, strides, padding }), x)

const activated = (x: SymbolicTensor) => apply(layers.reLU(), x)

let norms = 0
const normalised = (x: SymbolicTensor, kind = 'norm') =>
  apply(layers.batchNormalization({ name: `${kind}_${norms++}`, epsilon: 1.001e-5 }), x)

const apply = (layer: layers.Layer, x: SymbolicTensor | SymbolicTensor[]) => layer.apply(x) as SymbolicTensor
