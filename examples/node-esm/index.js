import { explain, fromLayersModel } from '@explainnet/core'
import { useBackend } from '@explainnet/node'
import { saliency } from '@explainnet/saliency'
import { layers, sequential } from '@tensorflow/tfjs-layers'

await useBackend('wasm')

// A network that tells which quarter of an 8×8 image is the brightest. Yours comes from `loadModel('folder')`.
const network = sequential({
  layers: [
    layers.averagePooling2d({ inputShape: [8, 8, 1], poolSize: 4 }),
    layers.flatten(),
    layers.dense({ units: 4, kernelInitializer: 'identity', activation: 'softmax' }),
  ],
})
const image = { shape: [8, 8, 1], data: Float32Array.from({ length: 64 }, (_, i) => Number(i < 32 && i % 8 > 3)) }

const { values, certificate } = await explain(fromLayersModel(network), image, saliency())
const [target] = certificate.targets
console.log(`Predicted: ${target.name}, logit ${target.score}, on ${certificate.backend.name}:`)
for (let row = 0; row < 8; row++) {
  console.log(Array.from(values.subarray(row * 8, row * 8 + 8), (value) => (value > 0 ? '#' : '.')).join(''))
}
