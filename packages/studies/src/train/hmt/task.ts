import { prepareImage, type RandomStream, type RawImage } from '@explainnet/core'
import { type Decode, type FolderSplit, readFolder, splitFolder } from '@explainnet/datasets/folder'
import { batchesFrom, plainBatches } from '../batches.ts'
import { standardise } from '../photometry.ts'
import type { Recipe } from '../schedule.ts'
import type { TrainingTask } from '../trainer.ts'
import type { Picture } from '../warp.ts'
import { hmtNetwork, hmtPreprocessing, hmtRecipe } from './network.ts'

export interface HmtTaskOptions {
  readonly decode: Decode
  /** Of initial weights, order and augmentation. The split always has seed 0. Default 0. */
  readonly seed?: number | undefined
  readonly recipe?: Partial<Recipe> | undefined
  /** Side of the network's input, pixels. Default 224, the study's. */
  readonly side?: number | undefined
}

/** The histology network on a folder of class folders: its split under seed 0, the training tiles in memory as bytes. */
export async function hmtTask(
  root: string,
  { decode, seed = 0, recipe: changes = {}, side = 224 }: HmtTaskOptions,
): Promise<{ task: TrainingTask; split: FolderSplit }> {
  const split = await splitFolder(root, { decode })
  const classOf = (label: string) => split.labels.indexOf(label)
  const tiles: Tile[] = []
  for await (const { image, label } of readFolder(root, split.train, { decode })) {
    tiles.push({ pixels: bytesOf(image, side), label: classOf(label) })
  }
  const validation: { values: Float32Array; label: number }[] = []
  for await (const { image, label } of readFolder(root, split.validation, { decode })) {
    validation.push({ values: prepareImage(image, hmtPreprocessing(side)).input.data, label: classOf(label) })
  }
  const recipe = { ...hmtRecipe, ...changes }
  const source = {
    count: tiles.length,
    size: side * side * 3,
    label: (index: number) => tiles[index]!.label,
    write: (index: number, random: RandomStream, target: Float32Array, offset: number) =>
      standardise(turned(tiles[index]!.pixels, side, random.integer(8)), hmtPreprocessing(side), target, offset),
  }
  const task: TrainingTask = {
    network: (final) => hmtNetwork(split.labels.length, side, final),
    ...batchesFrom(source, recipe.batchSize, seed),
    validation: plainBatches(validation),
    recipe,
    seed,
    data: split.train.map((entry) => entry.sha256).join(),
  }
  return { task, split }
}

interface Tile {
  /** `[side · side · 3]`, 0 … 255 */
  readonly pixels: Uint8Array
  readonly label: number
}

const bytesOf = (image: RawImage, side: number): Uint8Array =>
  Uint8Array.from(prepareImage(image, { size: [side, side], range: [0, 255] }).input.data, Math.round)

/** Tissue has no upright: one of the eight turns and mirror images of a square tile, 0 … 1. */
export function turned(pixels: Uint8Array, side: number, turn: number): Picture {
  const last = side - 1
  const data = new Float32Array(pixels.length)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [a, b] = turn & 4 ? [x, y] : [y, x]
      const from = (turn & 1 ? last - a : a) * side + (turn & 2 ? last - b : b)
      const to = (y * side + x) * 3
      for (let channel = 0; channel < 3; channel++) data[to + channel] = pixels[from * 3 + channel]! / 255
    }
  }
  return { size: side, data }
}
