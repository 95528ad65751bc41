import type { ModelCard } from '@explainnet/core'
import type { Mnist1d } from '@explainnet/datasets'
import { addMetrics, writeTrained } from '../train/model-folder.ts'
import { type TrainingResult, type TrainingTask, type TrainOptions, train } from '../train/trainer.ts'
import { examplesOf } from './data.ts'
import { evaluateSignals, type SignalReport } from './evaluate.ts'
import { type Mnist1dTaskOptions, mnist1dTask } from './task.ts'

export interface TrainMnist1dOptions extends Mnist1dTaskOptions, TrainOptions {
  /** Where the model goes: model.json, weights.bin, card.json, history.csv. */
  readonly out: string
}

/**
 * Trains the 1-D network on the training part of MNIST-1D, writes it with its card, and evaluates what was written on the test
 * part, once. Two minutes on one core; with `folder`, a stopped run is continued.
 */
export async function trainMnist1d(data: Mnist1d, options: TrainMnist1dOptions): Promise<SignalReport> {
  const task = mnist1dTask(data, options)
  const result = await train(task, options)
  const plain = cardOf(task, result)
  const report = await evaluateSignals(await writeTrained(options.out, result, plain), examplesOf(data.test))
  const { accuracy, interval, correct, count, loss } = report
  const test = {
    accuracy,
    interval,
    correct,
    count,
    loss,
    how: 'on the test part of MNIST-1D, neither trained on nor used to choose anything; weights as committed (half precision)',
    command: 'explainnet study mnist1d',
  }
  await addMetrics(options.out, plain, { test })
  return report
}

function cardOf({ seed, recipe, validation }: TrainingTask, { best }: TrainingResult): ModelCard {
  return {
    name: 'mnist1d-cnn',
    description:
      'A 1-D convolutional network that tells the ten digits of MNIST-1D apart: 40 values in, as the published file has them.',
    labels: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    output: 'probabilities',
    targetLayer: 'block3_relu',
    sources: ['Data: Greydanus and Kobak 2020, Scaling down deep learning with MNIST-1D, arXiv:2011.14439'],
    license: 'MIT',
    metrics: {
      validation: {
        accuracy: best.validationAccuracy,
        loss: best.validationLoss,
        count: validation.reduce((sum, { labels }) => sum + labels.length, 0),
      },
      training: {
        split: '15 % of the published training part, stratified, seed 0, choose the epoch',
        epochs: recipe.epochs,
        bestEpoch: best.epoch,
        seed,
        recipe:
          'SGD with Nesterov momentum 0.9, batches of 64, peak rate 0.05 after a warm-up of 5 %, cosine to 1 %, L2 5e-4 on kernels, label smoothing 0.05, dropout 0.1, average of all weights with decay 0.98; the epoch with the lowest validation loss. Augmentation: shift by up to 4 steps, slope, height, noise of 0.05.',
        command: 'explainnet train mnist1d',
      },
    },
  }
}
