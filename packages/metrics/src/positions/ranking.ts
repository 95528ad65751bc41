import { randomStream } from '@explainnet/core'

/** Streams of random maps are numbered apart from those that metrics draw. */
const randomMapStream = 0x72616e64

/**
 * A value for every position that knows nothing of the network. It depends on the seed and the example's own values, so
 * that it is the same alone and beside other examples, and another one for another example.
 */
export function randomValues(example: Float32Array, positions: number, seed: number): Float32Array {
  const random = randomStream(seed, randomMapStream, fingerprint(example))
  return Float32Array.from({ length: positions }, () => random.uniform())
}

/** FNV-1a over the bits: enough to tell examples apart. */
function fingerprint(values: Float32Array): number {
  let hash = 0x811c9dc5
  for (const word of new Uint32Array(values.buffer, values.byteOffset, values.length)) {
    hash = Math.imul(hash ^ word, 0x01000193)
    hash ^= hash >>> 15
  }
  return hash >>> 0
}

/**
 * Positions from the most relevant to the least. Equal values stand in the order of `ties` (larger first): a map that is
 * flat in places is ranked at random there, and a constant map is the random map.
 */
export function ranking(values: Float32Array, ties: Float32Array): Uint32Array {
  return Uint32Array.from(values, (_, position) => position).sort(
    (a, b) => values[b]! - values[a]! || ties[b]! - ties[a]! || a - b,
  )
}
