/** All coalitions of `columns` segments but the empty and the full one: row r holds segment i where bit i of r + 1 is set. */
export function allCoalitions(columns: number): { count: number; present: Uint8Array } {
  const count = 2 ** columns - 2
  const present = new Uint8Array(count * columns)
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < columns; i++) present[row * columns + i] = ((row + 1) >> i) & 1
  }
  return { count, present }
}

/**
 * Shapley values from the scores of all coalitions, indexed by their bits: each segment's mean contribution over all orders
 * in which segments can join. Shapley 1953, equation 12.
 */
export function shapleyValues(scores: Float64Array, columns: number): Float64Array {
  // weight[s] = s!·(M − s − 1)! ÷ M!
  const weights = new Float64Array(columns)
  weights[0] = 1 / columns
  for (let s = 1; s < columns; s++) weights[s] = (weights[s - 1]! * s) / (columns - s)
  const values = new Float64Array(columns)
  for (let coalition = 0; coalition < scores.length; coalition++) {
    let size = 0
    for (let bits = coalition; bits > 0; bits &= bits - 1) size++
    for (let i = 0; i < columns; i++) {
      if ((coalition >> i) & 1) continue
      values[i]! += weights[size]! * (scores[coalition | (1 << i)]! - scores[coalition]!)
    }
  }
  return values
}
