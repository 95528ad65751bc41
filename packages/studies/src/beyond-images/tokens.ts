import type { Attribution, NDArray } from '@explainnet/core'
import type { layers } from '@tensorflow/tfjs-layers'

/** An embedding's table in memory: what stands for each word. */
export interface EmbeddingTable {
  readonly dimension: number
  readonly values: Float32Array
}

export async function tableOf(layer: layers.Layer): Promise<EmbeddingTable> {
  const weights = layer.getWeights()[0]!
  return { dimension: weights.shape[1]!, values: (await weights.data()) as Float32Array }
}

/** Sentences as the embeddings of their words: `[sentences, words, dimension]`. */
export function embedded({ dimension, values }: EmbeddingTable, sentences: readonly (readonly number[])[]): NDArray {
  const length = sentences[0]!.length
  const data = new Float32Array(sentences.length * length * dimension)
  sentences.flat().forEach((place, i) => {
    data.set(values.subarray(place * dimension, (place + 1) * dimension), i * dimension)
  })
  return { shape: [sentences.length, length, dimension], data }
}

/**
 * One number a token: the sum over its embedding, or of absolute values, for a gradient alone has no sign that means
 * something for the whole word. A map without an embedding axis is taken as it is. `[examples][tokens]`
 */
export function tokenRelevance(
  { maps }: Attribution,
  input: string,
  reduction: 'sum' | 'sum-absolute' = 'sum',
): number[][] {
  const { shape, data } = maps[input]!
  const [examples, tokens, dimension = 1] = shape as [number, number, number?]
  return Array.from({ length: examples }, (_, example) =>
    Array.from({ length: tokens }, (__, token) => {
      const start = (example * tokens + token) * dimension
      return data
        .subarray(start, start + dimension)
        .reduce((sum, value) => sum + (reduction === 'sum' ? value : Math.abs(value)), 0)
    }),
  )
}
