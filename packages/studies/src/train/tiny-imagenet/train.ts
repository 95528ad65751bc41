import type { ModelCard } from '@explainnet/core'
import { evaluateFolder, type FolderReport } from '../../evaluate/folder.ts'
import { addMetrics, writeTrained } from '../model-folder.ts'
import { type TrainingResult, type TrainingTask, type TrainOptions, train } from '../trainer.ts'
import { tinyImageNetClasses } from './classes.ts'
import { tinyImageNetPreprocessing } from './network.ts'
import { type TinyImageNetTaskOptions, tinyImageNetTask } from './task.ts'
import { tinyImageNetTestFiles } from './test-files.ts'

export interface TrainTinyImageNetOptions extends TinyImageNetTaskOptions, TrainOptions {
  /** Where the model goes: model.json, weights.bin, card.json, history.csv. */
  readonly out: string
}

/**
 * Trains the five-class network on Tiny ImageNet's `train` folder, writes it with its card, and evaluates what was
 * written on `val`, once. Half an hour on one core; with `folder`, a stopped run is continued.
 */
export async function trainTinyImageNet(root: string, options: TrainTinyImageNetOptions): Promise<FolderReport> {
  const { task, split } = await tinyImageNetTask(root, options)
  const result = await train(task, options)
  const plain = cardOf(task, result, split.train.length, split.validation.length)
  const model = await writeTrained(options.out, result, plain)
  const files = await tinyImageNetTestFiles(root, { names: true })
  const report = await evaluateFolder(model, root, { ...options, files })
  const { accuracy, interval, correct, count, loss } = report
  const test = {
    accuracy,
    interval,
    correct,
    count,
    loss,
    how: "on Tiny ImageNet's val folder, neither trained on nor used to choose the epoch; weights as committed (half precision)",
    command: 'explainnet study tiny-imagenet --data <tinyimagenet>',
  }
  await addMetrics(options.out, plain, { test })
  return report
}

function cardOf(
  { seed, recipe }: TrainingTask,
  { best }: TrainingResult,
  images: number,
  validation: number,
): ModelCard {
  return {
    name: 'tiny-imagenet-64',
    description:
      'A small convolutional network that tells five classes of Tiny ImageNet apart, at 64×64. Trained from scratch.',
    input: tinyImageNetPreprocessing,
    labels: tinyImageNetClasses.map(({ name }) => name),
    output: 'probabilities',
    sources: ['Images: Tiny ImageNet (Stanford CS231N), a part of ImageNet (Russakovsky et al. 2015, arXiv:1409.0575)'],
    license: 'MIT (weights); the images are not included',
    metrics: {
      validation: { accuracy: best.validationAccuracy, loss: best.validationLoss, count: validation },
      training: {
        images,
        split: "Tiny ImageNet's train folder, 90/10 stratified, seed 0, near-identical images on one side",
        epochs: recipe.epochs,
        bestEpoch: best.epoch,
        seed,
        recipe: `SGD with Nesterov momentum 0.9, batches of ${recipe.batchSize}, peak rate ${recipe.peakRate} after a warm-up of 5 %, cosine to 1 %, L2 5e-4 on kernels, label smoothing 0.1, dropout 0.2, average of all weights with decay ${recipe.averageDecay}; the epoch with the lowest validation loss. Augmentation: mirroring, rotation 15°, zoom 0.85–1.6, shift 15 %, contrast, brightness, saturation, white balance; in half of the views 5–30 % painted over.`,
        command: 'explainnet train tiny-imagenet --data <tinyimagenet>',
      },
    },
  }
}
