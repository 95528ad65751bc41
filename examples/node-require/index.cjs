const { explain, fromFunction } = require('@explainnet/core')
const { useBackend } = require('@explainnet/node')
const { saliency } = require('@explainnet/saliency')
const tf = require('@tensorflow/tfjs-core')

async function main() {
  await useBackend('wasm')
  // Any function of tensors is a model: here 2a − 3b.
  const model = fromFunction((x) => tf.matMul(x, tf.tensor2d([2, -3], [2, 1])), {
    inputs: [null, 2],
    outputs: [null, 1],
  })
  const { values } = await explain(model, { shape: [1, 2], data: Float32Array.of(5, 7) }, saliency(), { target: 0 })
  console.log(`The score changes by ${values[0]} a unit of a, by ${values[1]} a unit of b.`)
}

main()
