import { ExplainError } from '@explainnet/core'

/** Receiver operating characteristic. */
export interface RocCurve {
  /** [false positive rate, true positive rate], from [0, 0] to [1, 1]: a point for each distinct score, highest first. */
  readonly points: readonly (readonly [number, number])[]
  /** Area under the curve: the chance that a positive scores higher than a negative, ties counting half. */
  readonly auc: number
}

/**
 * The curve of scores for a class; `positive[i]` tells whether example i is of it. Undefined unless there are examples of
 * both kinds.
 *
 * @throws ExplainError `bad-shape` for lists of different lengths, `bad-option` for scores that are not finite.
 */
export function rocCurve(scores: ArrayLike<number>, positive: readonly boolean[]): RocCurve | undefined {
  if (scores.length !== positive.length) {
    throw new ExplainError(
      'bad-shape',
      `There are ${scores.length} scores for ${positive.length} examples.`,
      'Give one for each.',
    )
  }
  if (!Array.from(scores).every(Number.isFinite)) {
    throw new ExplainError('bad-option', 'Some scores are not finite.', 'Leave the examples out.')
  }
  const order = positive.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]!)
  const positives = positive.filter(Boolean).length
  const negatives = positive.length - positives
  if (positives === 0 || negatives === 0) return undefined
  const points: [number, number][] = [[0, 0]]
  let [hits, alarms, auc] = [0, 0, 0]
  order.forEach((example, i) => {
    if (positive[example]) hits++
    else alarms++
    // Examples of the same score are called together.
    const next = order[i + 1]
    if (next !== undefined && scores[next] === scores[example]) return
    const [x, y] = points.at(-1)!
    const point: [number, number] = [alarms / negatives, hits / positives]
    auc += ((point[0] - x) * (point[1] + y)) / 2
    points.push(point)
  })
  return { points, auc }
}
