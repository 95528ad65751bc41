import { fromLayersModel } from '@explainnet/core'
import { saliency } from '@explainnet/saliency'
import { serveExplainer } from '@explainnet/web/worker'
import { layers, sequential } from '@tensorflow/tfjs-layers'

/** A network that tells which quarter of an 8×8 image is the brightest. Models can be loaded by URL, too. */
const quarters = async () =>
  fromLayersModel(
    sequential({
      layers: [
        layers.averagePooling2d({ inputShape: [8, 8, 1], poolSize: 4 }),
        layers.flatten(),
        layers.dense({ units: 4, kernelInitializer: 'identity', activation: 'softmax' }),
      ],
    }),
  )

serveExplainer({ methods: { saliency }, models: { quarters } })
