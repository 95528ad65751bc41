import type { LayeredModel, NDArray } from '@explainnet/core'
import { prepareImage } from '@explainnet/core'
import { type LabelledFile, readFolder } from '@explainnet/datasets/folder'
import { decodeImage } from '@explainnet/node'
import { preprocessingOf } from '../study/explain-images.ts'

/** The tiles as the network takes them, one at a time. */
export async function* tileInputs(
  model: LayeredModel,
  folder: string,
  files: readonly LabelledFile[],
): AsyncGenerator<NDArray, void, undefined> {
  for await (const { image } of readFolder(folder, files, { decode: decodeImage })) {
    yield prepareImage(image, preprocessingOf(model)).input
  }
}

/** What the classes are called in figures: `01_TUMOR` is Tumor. */
export const className = (label: string): string => {
  const word = label.replace(/^\d+_/, '')
  return word.charAt(0) + word.slice(1).toLowerCase()
}
