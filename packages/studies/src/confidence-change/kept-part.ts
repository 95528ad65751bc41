/**
 * The studies' mask: keeps the positions of an example where the map is over its value at index ⌊N·frac⌋, the map
 * sorted downwards, and sets all others to 0 in the model's own units. Ties at that value are all set to 0, so that a map
 * with few distinct values, or many zeros, keeps less than `frac`.
 *
 * @param map One value a position, N of them; `values` holds the same number of channels for each.
 * @returns The share that was kept, 0 … 1.
 */
export function keepTop(values: Float32Array, map: ArrayLike<number>, frac: number): number {
  const sorted = Float64Array.from(map).sort().reverse()
  // With frac 1 the index lies behind the last value: everything is kept.
  const threshold = sorted[Math.floor(map.length * frac)] ?? Number.NEGATIVE_INFINITY
  const channels = values.length / map.length
  let kept = 0
  for (let i = 0; i < map.length; i++) {
    if (map[i]! > threshold) kept++
    else values.fill(0, i * channels, (i + 1) * channels)
  }
  return kept / map.length
}

/**
 * The explanation map of the Grad-CAM++ paper, E = L ∘ I (Chattopadhyay et al. 2018, section 4.1.1): every position
 * multiplied by its relevance, the positive part of the map divided by its largest value. Of a map without positive
 * values nothing is left.
 */
export function weigh(values: Float32Array, map: ArrayLike<number>): void {
  let largest = 0
  for (let i = 0; i < map.length; i++) largest = Math.max(largest, map[i]!)
  const channels = values.length / map.length
  for (let i = 0; i < values.length; i++) {
    values[i]! *= largest > 0 ? Math.max(0, map[Math.floor(i / channels)]!) / largest : 0
  }
}
