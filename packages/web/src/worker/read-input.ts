import {
  type Model,
  type ModelInput,
  prepareImage,
  preprocessingFor,
  type RawImage,
  type Warning,
} from '@explainnet/core'
import { readImage } from '../image/read-image.ts'
import type { SentInput } from './messages.ts'

/** What was sent, as the model takes it, and what a certificate should say of how it became that. */
export async function readInput(model: Model, sent: SentInput): Promise<{ input: ModelInput; warnings: Warning[] }> {
  if ('arrays' in sent) return { input: sent.arrays, warnings: [] }
  const { preprocessing, warning } = preprocessingFor(model)
  const { notes, ...image } = await decoded(sent.image)
  return {
    input: prepareImage(image, preprocessing).input,
    warnings: [
      ...(warning ? [warning] : []),
      ...notes.map((note) => ({ code: 'image', message: `The picture: ${note}.` })),
    ],
  }
}

async function decoded(image: Exclude<SentInput, { arrays: unknown }>['image']) {
  if ('channels' in image) return { ...(image as RawImage), notes: [] }
  try {
    return await readImage(image)
  } finally {
    // It was sent here for this alone, and holds memory outside the heap.
    if (image instanceof ImageBitmap) image.close()
  }
}
