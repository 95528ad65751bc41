import { type RandomStream, randomStream } from '@explainnet/core'
import { epochOrder } from './order.ts'
import { purposes } from './purposes.ts'
import type { Batch } from './step.ts'

export interface ExampleSource {
  readonly count: number
  /** Values of one example. */
  readonly size: number
  label(index: number): number
  /** Writes one example, newly augmented by `random`, into `target` from `offset` on. */
  write(index: number, random: RandomStream, target: Float32Array, offset: number): void
}

/** An epoch's whole batches: every example at most once, in a new order, each with a random stream of its own. */
export async function* epochBatches(
  source: ExampleSource,
  batchSize: number,
  seed: number,
  epoch: number,
): AsyncGenerator<Batch, void, undefined> {
  const order = epochOrder(source.count, seed, epoch)
  for (let start = 0; start + batchSize <= source.count; start += batchSize) {
    const chosen = order.slice(start, start + batchSize)
    const inputs = new Float32Array(batchSize * source.size)
    for (const [row, index] of chosen.entries()) {
      source.write(index, randomStream(seed, purposes.augmentation, epoch, index), inputs, row * source.size)
    }
    yield { inputs, labels: chosen.map((index) => source.label(index)) }
  }
}

/** The batches of a training task, newly augmented in every epoch. */
export const batchesFrom = (source: ExampleSource, batchSize: number, seed: number) => ({
  stepsPerEpoch: Math.floor(source.count / batchSize),
  batches: (epoch: number) => epochBatches(source, batchSize, seed, epoch),
})

/** Examples as they are, in batches of at most `batchSize`. */
export function plainBatches(
  examples: readonly { readonly values: Float32Array; readonly label: number }[],
  batchSize = 32,
): Batch[] {
  const batches: Batch[] = []
  for (let start = 0; start < examples.length; start += batchSize) {
    const chosen = examples.slice(start, start + batchSize)
    const inputs = new Float32Array(chosen.length * chosen[0]!.values.length)
    for (const [row, { values }] of chosen.entries()) inputs.set(values, row * values.length)
    batches.push({ inputs, labels: chosen.map(({ label }) => label) })
  }
  return batches
}
