import { layers, sequential } from '@tensorflow/tfjs-layers'
import type { Network } from './network.ts'

const conv = (name: string, kernelSize: number, first = {}) =>
  layers.conv1d({ name, filters: 25, kernelSize, padding: 'same', activation: 'relu', ...first })

export const mnist1d: Network = {
  name: 'mnist-1d',
  title: '1-D CNN (MNIST-1D), 40',
  shape: [40, 1],
  range: [-4, 4],
  card: { name: 'mnist-1d' },
  weights: 'seeds/MNIST1D.h5',
  build: () =>
    sequential({
      layers: [
        conv('conv1d', 5, { inputShape: [40, 1] }),
        conv('conv1d_1', 3),
        conv('conv1d_2', 3),
        layers.flatten(),
        layers.dense({ name: 'dense', units: 10, activation: 'softmax' }),
      ],
    }),
}
