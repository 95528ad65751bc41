import { join } from 'node:path'
import { borderColour, prepareImage, type RandomStream } from '@explainnet/core'
import { type Decode, type FolderSplit, readFolder, splitFolder } from '@explainnet/datasets/folder'
import { batchesFrom, plainBatches } from '../batches.ts'
import { buildNetwork } from '../network.ts'
import { standardise } from '../photometry.ts'
import type { Recipe } from '../schedule.ts'
import type { TrainingTask } from '../trainer.ts'
import { augmentPhoto, type TrainingPicture } from './augment.ts'
import { tinyImageNetClasses } from './classes.ts'
import { tinyImageNetArchitecture, tinyImageNetPreprocessing, tinyImageNetRecipe } from './network.ts'

export interface TinyImageNetTaskOptions {
  readonly decode: Decode
  /** Of initial weights, order, augmentation and dropout. The split always has seed 0. Default 0. */
  readonly seed?: number | undefined
  readonly recipe?: Partial<Recipe> | undefined
}

/**
 * The five-class network on Tiny ImageNet's `train` folder, a tenth of which is kept for validation (seed 0). The data
 * set's own `val` folder is the test and is not read.
 */
export async function tinyImageNetTask(
  root: string,
  { decode, seed = 0, recipe: changes = {} }: TinyImageNetTaskOptions,
): Promise<{ task: TrainingTask; split: FolderSplit }> {
  const folder = join(root, 'train')
  const split = await splitFolder(folder, {
    decode,
    shares: [0.9, 0.1, 0],
    classes: tinyImageNetClasses.map(({ wnid }) => wnid),
  })
  const classOf = (label: string) => tinyImageNetClasses.findIndex(({ wnid }) => wnid === label)
  const { size, resize, antialias } = tinyImageNetPreprocessing
  const pictures: (TrainingPicture & { label: number })[] = []
  for await (const { image, label } of readFolder(folder, split.train, { decode })) {
    const { data } = prepareImage(image, { size, resize, antialias, range: [0, 255] }).input
    const pixels = Uint8Array.from(data, Math.round)
    pictures.push({ pixels, size: size[0], fill: borderColour(image), label: classOf(label) })
  }
  const validation: { values: Float32Array; label: number }[] = []
  for await (const { image, label } of readFolder(folder, split.validation, { decode })) {
    validation.push({ values: prepareImage(image, tinyImageNetPreprocessing).input.data, label: classOf(label) })
  }
  const recipe = { ...tinyImageNetRecipe, ...changes }
  const source = {
    count: pictures.length,
    size: size[0] * size[1] * 3,
    label: (index: number) => pictures[index]!.label,
    write: (index: number, random: RandomStream, target: Float32Array, offset: number) =>
      standardise(augmentPhoto(pictures[index]!, random), tinyImageNetPreprocessing, target, offset),
  }
  const task: TrainingTask = {
    network: (final) => buildNetwork(tinyImageNetArchitecture, final),
    ...batchesFrom(source, recipe.batchSize, seed),
    validation: plainBatches(validation),
    recipe,
    seed,
    data: split.train.map((entry) => entry.sha256).join(),
  }
  return { task, split }
}
