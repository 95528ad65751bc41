import { input, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { Network } from './network.ts'

/** [expansion, channels, repeats, stride of the first]: Sandler et al. 2018, table 2, https://arxiv.org/abs/1801.04381 */
const stages = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const

/** MobileNetV2 of width 1 at 224², as Keras builds it: unfused, padded by layers of their own where the stride is 2. */
export const mobileNetV2: Network = {
  name: 'mobilenet-v2',
  title: 'MobileNetV2-like, 224²',
  shape: [224, 224, 3],
  range: [-1, 1],
  card: { name: 'mobilenet-v2', input: { size: [224, 224], range: [-1, 1] } },
  build() {
    const image = input({ shape: [224, 224, 3] })
    let x = activated(
      apply(layers.conv2d({ filters: 32, kernelSize: 3, strides: 2, padding: 'same', useBias: false }), image),
    )
    for (const [expansion, channels, repeats, stride] of stages) {
      for (let i = 0; i < repeats; i++) x = block(x, expansion, channels, i === 0 ? stride : 1)
    }
    x = activated(pointwise(x, 1280))
    x = apply(layers.globalAveragePooling2d({}), x)
    return model({ inputs: image, outputs: apply(layers.dense({ units: 1000, activation: 'softmax' }), x) })
  },
}

function block(x: SymbolicTensor, expansion: number, channels: number, stride: 1 | 2): SymbolicTensor {
  const before = x.shape.at(-1)!
  let y = expansion > 1 ? activated(pointwise(x, before * expansion)) : x
  if (stride === 2)
    y = apply(
      layers.zeroPadding2d({
        padding: [
          [0, 1],
          [0, 1],
        ],
      }),
      y,
    )
  const padding = stride === 2 ? 'valid' : 'same'
  y = activated(apply(layers.depthwiseConv2d({ kernelSize: 3, strides: stride, padding, useBias: false }), y))
  y = pointwise(y, channels)
  if (stride === 2 || before !== channels) return normalised(y)
  return apply(layers.add(), [x, normalised(y, 'residual')])
}

const pointwise = (x: SymbolicTensor, filters: number) =>
  apply(layers.conv2d({ filters, kernelSize: 1, useBias: false }), x)

const activated = (x: SymbolicTensor) => apply(layers.reLU({ maxValue: 6 }), normalised(x))

let norms = 0
const normalised = (x: SymbolicTensor, kind = 'norm') =>
  apply(layers.batchNormalization({ name: `${kind}_${norms++}`, epsilon: 1e-3 }), x)

const apply = (layer: layers.Layer, x: SymbolicTensor | SymbolicTensor[]) => layer.apply(x) as SymbolicTensor
