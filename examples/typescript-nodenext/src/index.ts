import { type Attribution, explain, fromFunction, type NDArray } from '@explainnet/core'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { useBackend } from '@explainnet/node'
import { add, square, sum, type Tensor } from '@tensorflow/tfjs-core'

await useBackend('wasm')

const model = fromFunction((x: Tensor) => add(sum(square(x), 1, true), 1), { inputs: [null, 2], outputs: [null, 1] })
const point: NDArray = { shape: [1, 2], data: Float32Array.of(1, 3) }
const { values, certificate }: Attribution = await explain(model, point, integratedGradients({ baseline: 'zero' }), {
  target: 0,
})
const shares = Array.from(values ?? [], (value) => value.toFixed(2)).join(' and ')
console.log(`Of the score's ${certificate.targets[0]?.score}, the two inputs bring ${shares}.`)
