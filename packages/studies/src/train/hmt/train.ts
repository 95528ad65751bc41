import { join } from 'node:path'
import type { ModelCard } from '@explainnet/core'
import type { FolderSplit } from '@explainnet/datasets/folder'
import { writeFileAtomic } from '@explainnet/node'
import { evaluateFolder, type FolderReport } from '../../evaluate/folder.ts'
import { asJSON, writeTrained } from '../model-folder.ts'
import { type TrainingResult, type TrainOptions, train } from '../trainer.ts'
import { hmtPreprocessing } from './network.ts'
import { type HmtTaskOptions, hmtTask } from './task.ts'

export interface TrainHmtOptions extends HmtTaskOptions, TrainOptions {
  /** Where the model goes: model.json, weights, card.json, split.json, history.csv. */
  readonly out: string
}

/**
 * Trains the histology network on a folder of class folders, such as the 5,000 tiles of Kather et al. 2016, writes it with
 * its card and its history, and evaluates what was written on the test split, once. With `folder`, a stopped run is
 * continued. No accuracy is claimed: the full set is not here to measure it.
 */
export async function trainHmt(root: string, options: TrainHmtOptions): Promise<FolderReport> {
  const { task, split } = await hmtTask(root, options)
  const result = await train(task, options)
  const model = await writeTrained(options.out, result, cardOf(split, result, options), {})
  const { labels, validation, test } = split
  await writeFileAtomic(join(options.out, 'split.json'), asJSON({ seed: 0, labels, validation, test }))
  return await evaluateFolder(model, root, { ...options, files: split.test })
}

const cardOf = (split: FolderSplit, { best }: TrainingResult, { side, seed = 0 }: TrainHmtOptions): ModelCard => ({
  name: 'hmt',
  description: `A convolutional network that tells ${split.labels.length} kinds of tissue apart in histology tiles, in the architecture of the XAI-Methods-for-CNN study.`,
  input: hmtPreprocessing(side),
  labels: split.labels,
  output: 'probabilities',
  metrics: {
    validation: { accuracy: best.validationAccuracy, loss: best.validationLoss, count: split.validation.length },
    training: {
      images: split.train.length,
      bestEpoch: best.epoch,
      seed,
      command: 'explainnet train hmt --data <folder>',
    },
  },
})
