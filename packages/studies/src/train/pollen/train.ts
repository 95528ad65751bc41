import { join } from 'node:path'
import type { ModelCard } from '@explainnet/core'
import type { FolderSplit } from '@explainnet/datasets/folder'
import { writeFileAtomic } from '@explainnet/node'
import { evaluateFolder, type FolderReport } from '../../evaluate/folder.ts'
import type { HeldOut } from '../../models.ts'
import { addMetrics, asJSON, writeTrained } from '../model-folder.ts'
import { type TrainingResult, type TrainOptions, train } from '../trainer.ts'
import { pollenPreprocessing } from './network.ts'
import { type PollenTaskOptions, pollenTask } from './task.ts'

export interface TrainPollenOptions extends PollenTaskOptions, TrainOptions {
  /** Where the model goes: model.json, weights.bin, card.json, split.json, history.csv. */
  readonly out: string
}

/**
 * Trains the pollen network on a folder of class folders, writes it with its card, and evaluates what was written on the
 * test split, once. Half an hour for POLLEN23E on one core; with `folder`, a stopped run is continued.
 */
export async function trainPollen(root: string, options: TrainPollenOptions): Promise<FolderReport> {
  const { task, split } = await pollenTask(root, options)
  const result = await train(task, options)
  const plain = cardOf(split, result, task.seed, task.recipe.epochs)
  const model = await writeTrained(options.out, result, plain)
  await writeFileAtomic(join(options.out, 'split.json'), asJSON(heldOut(split)))
  const report = await evaluateFolder(model, root, { ...options, files: split.test })
  const { accuracy, interval, correct, count, loss } = report
  const test = {
    accuracy,
    interval,
    correct,
    count,
    loss,
    how: 'on the test files of split.json, neither trained on nor used to choose anything; weights as committed (half precision)',
    command: 'explainnet evaluate --data <pollen23e> --split test',
  }
  await addMetrics(options.out, plain, { test })
  return report
}

function cardOf(split: FolderSplit, { best }: TrainingResult, seed: number, epochs: number): ModelCard {
  return {
    name: 'pollen',
    description: `A convolutional network that tells ${split.labels.length} kinds of pollen apart in light-microscope pictures of single grains. Trained from scratch on POLLEN23E.`,
    input: pollenPreprocessing,
    labels: split.labels,
    output: 'probabilities',
    sources: [
      'Images: Gonçalves et al. 2016, Feature extraction and machine learning for the classification of Brazilian Savannah pollen grains, PLoS ONE 11(6) e0157044, doi:10.1371/journal.pone.0157044',
    ],
    license: 'MIT (weights); the images are not included',
    metrics: {
      validation: { accuracy: best.validationAccuracy, loss: best.validationLoss, count: split.validation.length },
      training: {
        images: split.train.length,
        split: '64/16/20 stratified, seed 0, identical and near-identical images on one side',
        epochs,
        bestEpoch: best.epoch,
        seed,
        recipe:
          'SGD with Nesterov momentum 0.9, batches of 32, peak rate 0.05 after a warm-up of 5 %, cosine to 1 %, L2 5e-4 on kernels, label smoothing 0.1, dropout 0.1, average of all weights with decay 0.98; the epoch with the lowest validation loss. Augmentation: any rotation, mirroring, zoom 0.75–1.2, shift 8 %, blur, contrast, brightness, saturation, white balance.',
        command: 'explainnet train pollen --data <pollen23e>',
      },
    },
  }
}

const heldOut = ({ labels, validation, test }: FolderSplit): HeldOut => ({ seed: 0, labels, validation, test })
