import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, expect, it } from 'vitest'
import { fromFunction, openTask } from './index.ts'

beforeAll(() => tf.setBackend('cpu'))

const model = fromFunction((x: tf.Tensor) => x, { inputs: [null, 2], outputs: [null, 2], finalActivation: 'softmax' })

it('scores changed rows by the target of the unchanged example, and counts what it cost', async () => {
  const input = { shape: [2, 2], data: Float32Array.of(3, 1, 0, 2) }
  const { task, cost } = await openTask(model, input, { space: 'logit' })
  expect(task.targets.map(({ index }) => index)).toEqual([0, 1])
  const rows = {
    count: 4,
    example: (row: number) => row % 2,
    fill: (row: number, into: Readonly<Record<string, Float32Array>>) => {
      Object.values(into)[0]![0]! += 10 * row
    },
  }
  const scores: number[] = []
  for await (const { score } of task.scores(rows)) scores.push(score)
  expect(scores).toEqual([3, 2, 23, 2])
  expect(cost()).toEqual({ forward: 6, backward: 0 })
})
