import { ExplainError } from '@explainnet/core'
import { argMax, type Tensor, tensor, tidy, train } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { epochOrder } from '../train/order.ts'

/** Examples in memory: for each input of the network its values, an example after the other. */
export interface Examples {
  readonly inputs: readonly { readonly values: Float32Array | Int32Array; readonly size: number }[]
  readonly labels: Int32Array
}

export interface FitOptions {
  readonly epochs: number
  readonly seed: number
  readonly batchSize?: number | undefined
  readonly rate?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((done: number, text: string) => void) | undefined
}

/**
 * Trains a small classifier by Adam on the current backend, in an order drawn from the seed. Throws `aborted`.
 */
export async function fit(network: LayersModel, examples: Examples, options: FitOptions): Promise<void> {
  const { epochs, seed, batchSize = 64, rate = 3e-3, signal } = options
  const optimizer = train.adam(rate)
  network.compile({ optimizer, loss: 'sparseCategoricalCrossentropy' })
  const count = examples.labels.length
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = Int32Array.from(epochOrder(count, seed, epoch))
      let [loss, steps] = [0, 0]
      for (let start = 0; start + batchSize <= count; start += batchSize) {
        if (signal?.aborted) throw new ExplainError('aborted', 'The training was stopped.', 'Run it again.')
        const { x, y } = batchOf(network, examples, order.subarray(start, start + batchSize))
        try {
          loss += (await network.trainOnBatch(x, y)) as number
        } finally {
          for (const one of [...x, y]) one.dispose()
        }
        steps++
        options.onProgress?.(
          (epoch + (start + batchSize) / count) / epochs,
          `epoch ${epoch + 1} of ${epochs}, loss ${(loss / steps).toFixed(3)}`,
        )
        // Lets timers and signals through.
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
  } finally {
    optimizer.dispose()
  }
}

/** The share of examples whose likeliest class is their label. */
export async function accuracy(network: LayersModel, examples: Examples): Promise<number> {
  let correct = 0
  const all = Int32Array.from(examples.labels, (_, i) => i)
  for (let start = 0; start < all.length; start += 256) {
    const { x, y } = batchOf(network, examples, all.subarray(start, start + 256))
    const best = tidy(() => argMax(network.predictOnBatch(x) as Tensor, -1))
    const [predicted, wanted] = await Promise.all([best.data(), y.data()])
    correct += Array.from(predicted).filter((label, i) => label === wanted[i]).length
    for (const one of [...x, y, best]) one.dispose()
  }
  return correct / all.length
}

function batchOf(network: LayersModel, { inputs, labels }: Examples, chosen: Int32Array) {
  const x = inputs.map(({ values, size }, i) => {
    const { shape, dtype } = network.inputs[i]!
    const batch = dtype === 'int32' ? new Int32Array(chosen.length * size) : new Float32Array(chosen.length * size)
    chosen.forEach((example, row) => {
      batch.set(values.subarray(example * size, (example + 1) * size), row * size)
    })
    return tensor(batch, [chosen.length, ...(shape.slice(1) as number[])], dtype as 'int32' | 'float32')
  })
  const y = tensor(
    Float32Array.from(chosen, (example) => labels[example]!),
    [chosen.length, 1],
  )
  return { x, y }
}
