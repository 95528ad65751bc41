import { type Design, jackknifeGroups, type RandomStream } from '@explainnet/core'

/**
 * `samples` rows of `columns` segments: all of them first, then each there with probability ½; weighted by
 * √exp(−d²/width²) of the cosine distance d from the row of all.
 */
export function limeDesign(
  columns: number,
  samples: number,
  width: number,
  random: (row: number) => RandomStream,
): Design {
  const present = new Uint8Array(samples * columns).fill(1, 0, columns)
  const weights = new Float64Array(samples).fill(1, 0, 1)
  for (let row = 1; row < samples; row++) {
    const stream = random(row)
    let [bits, members] = [0, 0]
    for (let i = 0; i < columns; i++) {
      bits = i % 32 === 0 ? stream.uint32() : bits >>> 1
      members += present[row * columns + i] = bits & 1
    }
    // The cosine of a row of zeros and ones with the row of ones; none at all is at distance 1.
    const distance = 1 - Math.sqrt(members / columns)
    weights[row] = Math.sqrt(Math.exp(-(distance ** 2) / width ** 2))
  }
  const group = Int8Array.from({ length: samples }, (_, row) => (row === 0 ? -1 : row % jackknifeGroups))
  return { count: samples, columns, present, weights, group }
}
