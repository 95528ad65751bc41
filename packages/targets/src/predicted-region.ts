import { type NDArray, rowOf, sizeOf } from '@explainnet/core'
import { checkIndex } from './class-index.ts'

/**
 * Where a segmenter predicts a class: 1 where its score is the largest of the position's, else 0; of a single class, where its
 * logit is above 0. `scores` are one output of `model.predict`, `[rows, height, width, classes]`; gives `[height, width]` of `row`
 * (default 0). May be empty.
 *
 * @throws ExplainError `index-out-of-range` for a class that is not there.
 */
export function predictedRegion(scores: NDArray, index: number, row = 0): NDArray {
  const classes = scores.shape.at(-1)!
  checkIndex(index, classes)
  const values = rowOf(scores, row)
  const shape = scores.shape.slice(1, -1)
  const data = new Float32Array(sizeOf(shape)).map((_, position) => {
    const of = (one: number) => values[position * classes + one]!
    if (classes === 1) return of(0) > 0 ? 1 : 0
    let best = 0
    for (let one = 1; one < classes; one++) if (of(one) > of(best)) best = one
    return best === index ? 1 : 0
  })
  return { shape, data }
}
