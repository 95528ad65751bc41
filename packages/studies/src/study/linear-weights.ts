import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromLayersModel, type LayeredModel, type NDArray, rowOf } from '@explainnet/core'
import type { LabelledFile, SplitEntry } from '@explainnet/datasets/folder'
import { decodeImage } from '@explainnet/node'
import { type Grid, type NormalisedGrid, normaliseGrid } from '@explainnet/viz'
import { evaluateFolder } from '../evaluate/folder.ts'
import { linearTask, linearWeightMaps } from '../train/linear.ts'
import { train } from '../train/trainer.ts'
import { preprocessingOf } from './explain-images.ts'
import { kept, sha256 } from './kept.ts'
import type { StageOptions } from './stage.ts'

export interface LinearWeights {
  /** Signed weights, channels summed, in the order of the labels. */
  readonly perClass: readonly NormalisedGrid[]
  /** Mean of |weight| over classes and channels. */
  readonly mean: NormalisedGrid
  readonly size: readonly [height: number, width: number]
  /** Of the linear model on the test files. */
  readonly accuracy: number
  readonly images: number
}

export interface Files {
  readonly train: readonly LabelledFile[]
  readonly validation: readonly LabelledFile[]
  readonly test: readonly LabelledFile[]
}

/** More pixels would add weights and no knowledge: there are some twenty photographs a class. */
const size = [24, 24] as const

/** Trains multinomial logistic regression on the pixels, on the split that the network was trained on, and reads its weights. */
export async function linearWeights(
  model: LayeredModel,
  folder: string,
  files: Files,
  { folder: keep, signal, onProgress }: StageOptions,
): Promise<LinearWeights> {
  const labels = model.card?.labels ?? []
  const preprocessing = { ...preprocessingOf(model), size }
  const from = [files, preprocessing, labels]
  const { classes, mean, accuracy } = await kept({ folder: keep, name: 'linear', from }, async () => {
    onProgress?.(0, 'linear model: reading the photographs')
    const split = {
      labels,
      train: await hashed(folder, files.train),
      validation: await hashed(folder, files.validation),
    }
    // A batch is never larger than the set.
    const recipe = { batchSize: Math.min(32, files.train.length) }
    const task = await linearTask(folder, split, { decode: decodeImage, preprocessing, recipe })
    const { network } = await train(task, {
      signal,
      onEpoch: ({ epoch }) => onProgress?.(epoch / task.recipe.epochs, `linear model: epoch ${epoch}`),
    })
    try {
      const maps = await linearWeightMaps(network)
      const linear = fromLayersModel(network, { card: { labels, input: preprocessing, output: 'probabilities' } })
      const report = await evaluateFolder(linear, folder, { decode: decodeImage, files: files.test, signal })
      return {
        classes: labels.map((_, label) => summed(rowOf(maps.classes, label))),
        mean: summed(maps.mean.data, 1 / 3),
        accuracy: report.accuracy,
      }
    } finally {
      network.dispose()
    }
  })
  const grid = (values: readonly number[]): Grid => ({
    width: size[1],
    height: size[0],
    data: Float32Array.from(values),
  })
  return {
    perClass: classes.map((values) => normaliseGrid(grid(values), { signed: true })),
    mean: normaliseGrid(grid(mean)),
    size,
    accuracy,
    images: files.train.length,
  }
}

/** Three channels into one, to six digits. */
const summed = (values: NDArray['data'], scale = 1): number[] =>
  Array.from({ length: values.length / 3 }, (_, pixel) => {
    const sum = values[3 * pixel]! + values[3 * pixel + 1]! + values[3 * pixel + 2]!
    return Number((sum * scale).toPrecision(6))
  })

const hashed = (folder: string, files: readonly LabelledFile[]): Promise<SplitEntry[]> =>
  Promise.all(files.map(async (file) => ({ ...file, sha256: sha256(await readFile(join(folder, file.path))) })))
