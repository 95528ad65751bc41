import { borderColour, prepareImage, type RandomStream, type RawImage } from '@explainnet/core'
import { type Decode, type FolderSplit, readFolder, splitFolder } from '@explainnet/datasets/folder'
import { batchesFrom, plainBatches } from '../batches.ts'
import { buildNetwork } from '../network.ts'
import { standardise } from '../photometry.ts'
import type { Recipe } from '../schedule.ts'
import type { TrainingTask } from '../trainer.ts'
import { augmentPollen, type TrainingPicture } from './augment.ts'
import { pollenArchitecture, pollenPreprocessing, pollenRecipe } from './network.ts'

export interface PollenTaskOptions {
  readonly decode: Decode
  /** Of initial weights, order, augmentation and dropout. The split always has seed 0. Default 0. */
  readonly seed?: number | undefined
  readonly recipe?: Partial<Recipe> | undefined
}

// Kept larger than the network's input, so that one warp loses little.
const cachedSize = 128

/**
 * The 23-class network on a folder of class folders: its split under seed 0, the training pictures in memory, the
 * validation pictures preprocessed. The test pictures are not read beyond what the split needs.
 */
export async function pollenTask(
  root: string,
  { decode, seed = 0, recipe: changes = {} }: PollenTaskOptions,
): Promise<{ task: TrainingTask; split: FolderSplit }> {
  const split = await splitFolder(root, { decode })
  const classOf = (label: string) => split.labels.indexOf(label)
  const pictures: (TrainingPicture & { label: number })[] = []
  for await (const { image, label } of readFolder(root, split.train, { decode })) {
    pictures.push({ ...trainingPicture(image), label: classOf(label) })
  }
  const validation: { values: Float32Array; label: number }[] = []
  for await (const { image, label } of readFolder(root, split.validation, { decode })) {
    validation.push({ values: prepareImage(image, pollenPreprocessing).input.data, label: classOf(label) })
  }
  const recipe = { ...pollenRecipe, ...changes }
  const architecture = pollenArchitecture(split.labels.length)
  const side = pollenPreprocessing.size[0]
  const source = {
    count: pictures.length,
    size: side * side * 3,
    label: (index: number) => pictures[index]!.label,
    write: (index: number, random: RandomStream, target: Float32Array, offset: number) =>
      standardise(augmentPollen(pictures[index]!, side, random), pollenPreprocessing, target, offset),
  }
  const task: TrainingTask = {
    network: (final) => buildNetwork(architecture, final),
    ...batchesFrom(source, recipe.batchSize, seed),
    validation: plainBatches(validation),
    recipe,
    seed,
    data: split.train.map((entry) => entry.sha256).join(),
  }
  return { task, split }
}

function trainingPicture(image: RawImage): TrainingPicture {
  const { resize, antialias, fill } = pollenPreprocessing
  const size = [cachedSize, cachedSize] as const
  const { data } = prepareImage(image, { size, resize, antialias, fill, range: [0, 255] }).input
  return { pixels: Uint8Array.from(data, Math.round), size: cachedSize, fill: borderColour(image) }
}
