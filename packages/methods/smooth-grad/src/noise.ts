import type { Rows, Task } from '@explainnet/core'

/** Keeps these streams apart from those that an inner method draws: 'nois' in ASCII. */
const noiseStream = 0x6e6f6973

/**
 * Samples `from` … `from + count − 1` of every example with Gaussian noise on each real-valued input, sample by sample:
 * row r is example r mod size. σ is `share` of the input's own range (max − min of that example); integer inputs keep
 * their values. Noise depends on seed, `level`, sample and input alone: every example gets the same draws, so that a
 * map does not change with its place in the batch, with the block or with the chunk.
 */
export function noisyRows(task: Task, share: number, from: number, count: number, level: number): Rows {
  const size = task.size
  const inputs = task.model.inputs
  return {
    count: count * size,
    example: (row) => row % size,
    fill(row, into) {
      const sample = from + Math.floor(row / size)
      inputs.forEach(({ name, dtype }, input) => {
        if (dtype !== 'float32') return
        const values = into[name]!
        let low = Number.POSITIVE_INFINITY
        let high = Number.NEGATIVE_INFINITY
        for (const value of values) {
          low = Math.min(low, value)
          high = Math.max(high, value)
        }
        const sigma = share * (high - low)
        const random = task.random(noiseStream, level, sample, input)
        for (let i = 0; i < values.length; i++) values[i]! += sigma * random.normal()
      })
    },
  }
}
