import type { Baseline, Rows, Task } from '../api.ts'
import type { Segments } from './segments.ts'

/** Which segments are present in each row: [rows · segments], 1 or 0. A function of the number of segments alone, never of the example. */
export interface Coalitions {
  readonly count: number
  readonly present: Uint8Array
}

/** The examples' scores, all segments present: by the same passes as the coalitions', which `scoresAtInputs` is off from by rounding. */
export async function scoreWhole(task: Task): Promise<Float64Array> {
  const scores = new Float64Array(task.size)
  for await (const { example, score } of task.scores(task.originals)) scores[example] = score
  return scores
}

/**
 * The target's score of rows `from(example)` … `to(example)` of each example's coalitions, absent segments replaced by a
 * baseline's values, averaged over the baselines by their weights. Cost: a forward pass a coalition and baseline.
 */
export async function scoreCoalitions(
  task: Task,
  segments: Segments,
  baselines: readonly Baseline[],
  coalitions: (example: number) => Coalitions,
  range: (example: number) => readonly [from: number, to: number],
  scored: (example: number, coalition: number, score: number) => void,
): Promise<void> {
  const owners: number[] = []
  const rowsOfExample: number[] = []
  for (let example = 0; example < task.size; example++) {
    const [from, to] = range(example)
    for (let coalition = from; coalition < to; coalition++) {
      owners.push(example)
      rowsOfExample.push(coalition)
    }
  }
  const per = baselines.length
  const rows: Rows = {
    count: owners.length * per,
    example: (row) => owners[Math.floor(row / per)]!,
    fill(row, into) {
      const which = Math.floor(row / per)
      const example = owners[which]!
      const offset = rowsOfExample[which]! * segments.counts[example]!
      segments.hide(example, coalitions(example).present, offset, baselines[row % per]!.inputs, into)
    },
  }
  let sum = 0
  for await (const { row, score } of task.scores(rows)) {
    const which = row % per
    sum = (which === 0 ? 0 : sum) + baselines[which]!.weight * score
    if (which === per - 1) scored(owners[Math.floor(row / per)]!, rowsOfExample[Math.floor(row / per)]!, sum)
  }
}
