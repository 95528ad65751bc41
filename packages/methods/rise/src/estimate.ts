/** Running sums over masks for the maps of one input, in mask order whatever the chunks: `[size, positions]`. */
export interface RunningMaps {
  /** The maps so far. */
  maps(): Float64Array
  /** Adds a score to an example's sums; examples of one mask follow each other. */
  add(example: number, score: number, mask: Float32Array): void
  /** Counts a mask that all examples have had. */
  count(mask: Float32Array): void
  /** Ends a block: its own estimate goes into the standard errors. */
  endBlock(): void
  /** The standard error of each entry; once there were two blocks. */
  errors(): Float64Array | undefined
}

/**
 * `paper`: Σ f·M ÷ (n·p). `centred`: Σ (f − f̄)·M ÷ ((n − 1)·p), the covariance of score and mask.
 * The standard error of an entry is that of the mean of the blocks' own estimates, √(Σ (block − mean)² ÷ (k·(k − 1))).
 */
export function runningMaps(size: number, positions: number, probability: number, centred: boolean): RunningMaps {
  const [all, block] = [sums(size, positions), sums(size, positions)]
  const mean = new Float64Array(size * positions)
  const squares = new Float64Array(size * positions)
  let blocks = 0

  const estimate = ({ weighted, masks, scores, count }: Sums, into: Float64Array) => {
    const scale = 1 / ((centred ? Math.max(1, count - 1) : count) * probability)
    for (let example = 0; example < size; example++) {
      const middle = centred ? scores[example]! / count : 0
      for (let p = 0, i = example * positions; p < positions; p++, i++) {
        into[i] = (weighted[i]! - middle * masks[p]!) * scale
      }
    }
    return into
  }

  return {
    maps: () => estimate(all, new Float64Array(size * positions)),
    add(example, score, mask) {
      block.scores[example]! += score
      const { weighted } = block
      for (let p = 0, i = example * positions; p < positions; p++, i++) weighted[i]! += score * mask[p]!
    },
    count(mask) {
      block.count++
      const { masks } = block
      for (let p = 0; p < positions; p++) masks[p]! += mask[p]!
    },
    endBlock() {
      blocks++
      const own = estimate(block, new Float64Array(size * positions))
      for (let i = 0; i < own.length; i++) {
        const before = own[i]! - mean[i]!
        mean[i]! += before / blocks
        squares[i]! += before * (own[i]! - mean[i]!)
      }
      for (const name of ['weighted', 'masks', 'scores'] as const) {
        const [from, to] = [block[name], all[name]]
        for (let i = 0; i < to.length; i++) to[i]! += from[i]!
        from.fill(0)
      }
      all.count += block.count
      block.count = 0
    },
    errors() {
      if (blocks < 2) return undefined
      return squares.map((sum) => Math.sqrt(sum / (blocks * (blocks - 1))))
    },
  }
}

interface Sums {
  /** Σ f·M, `[size, positions]`. */
  readonly weighted: Float64Array
  /** Σ M, `[positions]`. */
  readonly masks: Float64Array
  /** Σ f, `[size]`. */
  readonly scores: Float64Array
  count: number
}

const sums = (size: number, positions: number): Sums => ({
  weighted: new Float64Array(size * positions),
  masks: new Float64Array(positions),
  scores: new Float64Array(size),
  count: 0,
})
