import { ExplainError, type LayeredModel, type NDArray, prepareImage, type RawImage, toRaw } from '@explainnet/core'
import { type LabelledFile, readFolder } from '@explainnet/datasets/folder'
import { decodeImage } from '@explainnet/node'
import { preprocessingOf } from './explain-images.ts'

/** One photograph of a class, held out from training. */
export interface StudyImage {
  readonly label: string
  readonly path: string
  readonly input: NDArray
  /** As the network sees it. */
  readonly picture: RawImage
}

/** The first held-out photograph of each class of the model, in the order of its labels. Throws `bad-file` if there is none. */
export async function oneImageAClass(
  model: LayeredModel,
  folder: string,
  heldOut: readonly LabelledFile[],
): Promise<StudyImage[]> {
  const firsts = (model.card?.labels ?? []).flatMap((label) => heldOut.find((file) => file.label === label) ?? [])
  const images: StudyImage[] = []
  for await (const { image, label, path } of readFolder(folder, firsts, { decode: decodeImage, onCorrupt: 'skip' })) {
    const preprocessing = preprocessingOf(model)
    const { input } = prepareImage(image, preprocessing)
    images.push({ label, path, input, picture: toRaw(input, preprocessing) })
  }
  if (images.length === 0) {
    throw new ExplainError(
      'bad-file',
      `${folder} has none of the pictures that are wanted.`,
      'Give the folder of the data set.',
    )
  }
  return images
}
