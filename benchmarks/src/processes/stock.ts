// TensorFlow.js 4.22 as it comes: tfjs-layers with its own gradients, and what a user would write by hand.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import type { NDArray } from '@explainnet/core'
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers'
import { countKernels } from './count-kernels.ts'
import { readExamples } from './examples.ts'
import { type Operation, take } from './operations.ts'
import { serve } from './serve.ts'

let model: LayersModel | undefined
let examples: NDArray

async function artifacts(folder: string): Promise<tf.io.IOHandler> {
  const json = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as tf.io.ModelJSON
  const parts = json.weightsManifest.flatMap(({ paths }) => paths).map((path) => readFile(join(folder, path)))
  const weightData = new Uint8Array(Buffer.concat(await Promise.all(parts))).buffer
  const weightSpecs = json.weightsManifest.flatMap(({ weights }) => weights)
  return { load: async () => ({ modelTopology: json.modelTopology, weightSpecs, weightData }) }
}

/** Samples and points of the path run in batches of this size. */
const batch = 8

function run(operation: Operation): void {
  const { shape, data } = take(examples, operation)
  const x = tf.tensor(data, [...shape])
  switch (operation.name) {
    case 'forward':
      predict(x).dataSync()
      return
    case 'gradient':
      gradient(x, 0).dataSync()
      return
    case 'saliency':
      gradient(x, predictedClass(x)).dataSync()
      return
    case 'smooth-grad': {
      const spread = tf.sub(tf.max(x), tf.min(x)).dataSync()[0]! * 0.15
      meanGradient(50, x, (rows) => tf.add(x, tf.randomNormal([rows, ...x.shape.slice(1)], 0, spread)))
      return
    }
    case 'integrated-gradients': {
      const steps = operation.steps!
      const sum = meanGradient(steps, x, (rows, done) =>
        tf.mul(
          x,
          tf.tensor(
            Array.from({ length: rows }, (_, i) => (done + i + 0.5) / steps),
            [rows, ...x.shape.slice(1).map(() => 1)],
          ),
        ),
      )
      tf.mul(sum, x).dataSync()
      return
    }
    default:
      throw new Error(`not written by hand: ${operation.name}`)
  }
}

const predict = (x: tf.Tensor) => model!.apply(x) as tf.Tensor
const predictedClass = (x: tf.Tensor) => tf.argMax(predict(x), -1).dataSync()[0]!

function gradient(x: tf.Tensor, index: number): tf.Tensor {
  const mask = tf.oneHot(tf.scalar(index, 'int32'), model!.outputs[0]!.shape.at(-1)!)
  return tf.grad((input) => tf.sum(tf.mul(predict(input), mask)))(x)
}

/** The mean gradient over `count` rows, which `make` gives some at a time. */
function meanGradient(count: number, x: tf.Tensor, make: (rows: number, done: number) => tf.Tensor): tf.Tensor {
  const index = predictedClass(x)
  let sum = tf.zerosLike(x)
  for (let done = 0; done < count; done += batch) {
    sum = tf.tidy(() => {
      const rows = make(Math.min(batch, count - done), done)
      return tf.add(sum, tf.sum(gradient(rows, index), 0, true))
    })
    sum.dataSync()
  }
  return tf.div(sum, count)
}

await serve({
  async start() {
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')
    setWasmPaths(join(dirname(entry), 'dist') + sep)
    await tf.setBackend('wasm')
    return { device: `tfjs-backend-wasm ${version_wasm}` }
  },
  async load({ folder, inputs }: { folder: string; inputs: { path: string; shape: number[] } }) {
    model?.dispose()
    model = await loadLayersModel(await artifacts(folder))
    examples = await readExamples(inputs)
  },
  time(operation: Operation) {
    const began = performance.now()
    tf.tidy(() => run(operation))
    return { milliseconds: performance.now() - began }
  },
  kernels: () => countKernels((name) => tf.tidy(() => run({ name, rows: 1 }))),
})
