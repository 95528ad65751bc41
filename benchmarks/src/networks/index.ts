import { hmt } from './hmt.ts'
import { mnist1d } from './mnist-1d.ts'
import { mobileNetV2 } from './mobilenet-v2.ts'
import type { Network } from './network.ts'
import { resNet50 } from './resnet-50.ts'
import { smallCnn } from './small-cnn.ts'

/** The trained network that is committed; it is measured from its own folder. */
export const pollen = {
  name: 'pollen',
  title: 'pollen network, 96²',
  shape: [96, 96, 3],
  range: [-3, 2],
  images: 'pollen23e',
} as const

/** The rows of the tables, in their order. */
export const networks: readonly (Network | typeof pollen)[] = [pollen, hmt, smallCnn, mobileNetV2, resNet50, mnist1d]

export const isBuilt = (network: (typeof networks)[number]): network is Network => 'build' in network
