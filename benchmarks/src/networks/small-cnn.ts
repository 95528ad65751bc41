import { layers, sequential } from '@tensorflow/tfjs-layers'
import type { Network } from './network.ts'

const conv = (filters: number, first = {}) =>
  layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu', ...first })

export const smallCnn: Network = {
  name: 'small-cnn',
  title: 'small CNN, 128²',
  shape: [128, 128, 3],
  range: [0, 1],
  card: { name: 'small-cnn', input: { size: [128, 128] } },
  build: () =>
    sequential({
      layers: [
        conv(32, { inputShape: [128, 128, 3] }),
        layers.maxPooling2d({ poolSize: 2 }),
        conv(64),
        layers.maxPooling2d({ poolSize: 2 }),
        conv(64),
        layers.globalAveragePooling2d({}),
        layers.dense({ units: 10, activation: 'softmax' }),
      ],
    }),
}
