import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { withGradients } from '../../test/finite-differences.ts'
import { use, values } from '../../test/wasm.ts'
import { broadcast } from './broadcast.ts'

withGradients()

it.each([
  [[], [2, 3]],
  [[3], [2, 3]],
  [
    [2, 1, 1, 1, 3],
    [2, 4, 5, 2, 3],
  ],
  [
    [1, 4, 1, 2, 1],
    [2, 4, 1, 2, 3],
  ],
  [
    [1, 1],
    [1, 1, 1],
  ],
])('%j to %j', async (from, to) => {
  await use('cpu')
  const t = tf.tensor(values(tf.util.sizeFromShape(from)), from)
  const wanted = tf.add(t, tf.zeros(to))
  const found = broadcast(t, to)
  expect(found.shape).toEqual(to)
  expect(found.dataSync()).toEqual(wanted.dataSync())
})
