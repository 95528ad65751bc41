import { wilsonInterval } from '@explainnet/metrics'
import { plainBatches } from '../batches.ts'
import { meanLoss } from '../mean-loss.ts'
import { type TrainOptions, train } from '../trainer.ts'
import type { Share } from './check.ts'
import { type RenderOptions, renderSplit } from './pictures.ts'
import { pollenSimTask, simInput } from './task.ts'

export interface TwinOptions extends TrainOptions {
  /** Training, validation and test pictures. Default 1000, 200 and 500. */
  readonly pictures?: readonly [train: number, validation: number, test: number] | undefined
  /** Default 6. */
  readonly epochs?: number | undefined
  /** Default 0. */
  readonly seed?: number | undefined
  readonly onPicture?: RenderOptions['onPicture']
}

/**
 * Trains the network for pollenSim on pictures whose traits were removed, with the labels that they had. Nothing else in a
 * picture depends on its class, so the accuracy on held-out twins must be that of chance, one in ten.
 */
export async function trainOnTwins(options: TwinOptions = {}): Promise<Share> {
  const { pictures: counts = [1000, 200, 500], epochs = 6, seed = 0, signal } = options
  const total = counts.reduce((a, b) => a + b)
  const rendering = (before: number): RenderOptions => ({
    twin: 'removed',
    signal,
    onPicture: (done) => options.onPicture?.(before + done, total),
  })
  const pictures = await renderSplit('train', counts[0], rendering(0))
  const validation = await renderSplit('validation', counts[1], rendering(counts[0]))
  const test = await renderSplit('test', counts[2], rendering(counts[0] + counts[1]))
  const { network } = await train(pollenSimTask(pictures, validation, { seed, recipe: { epochs } }), options)
  try {
    const batches = plainBatches(test.map((picture) => ({ values: simInput(picture.pixels), label: picture.label })))
    const { accuracy } = await meanLoss(network, batches)
    const correct = Math.round(accuracy * test.length)
    return { share: accuracy, interval: wilsonInterval(correct, test.length), count: test.length }
  } finally {
    network.dispose()
  }
}
