import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, expect, it, vi } from 'vitest'
import { measurePeak } from './peak.ts'

beforeAll(() => tf.setBackend('cpu'))

const floats = (count: number) => tf.tidy(() => void tf.add(tf.zeros([count]), tf.ones([count])))

it('counts what lives at the same time, not what was there before nor what has gone', async () => {
  const earlier = tf.zeros([1000])
  const { result, peakBytes } = await measurePeak(async () => {
    floats(10)
    floats(100)
    await Promise.resolve()
    floats(20)
    return 'done'
  })
  expect(result).toBe('done')
  expect(peakBytes).toBe(3 * 100 * 4)
  earlier.dispose()
})

it('tells the same as tf.profile', async () => {
  const x = tf.ones([1, 8, 8, 3]) as tf.Tensor4D
  const filter = tf.ones([3, 3, 3, 5]) as tf.Tensor4D
  const pass = () => tf.tidy(() => void tf.maxPool(tf.relu(tf.conv2d(x, filter, 1, 'same')), 2, 2, 'same'))
  const before = tf.memory().numBytes
  const { peakBytes } = await tf.profile(() => {
    pass()
    return []
  })
  expect((await measurePeak(async () => pass())).peakBytes).toBe(peakBytes - before)
  tf.dispose([x, filter])
})

it('passes may overlap; when the last is done, the engine is as it was', async () => {
  const { runKernel } = tf.engine()
  const turn = () => new Promise((resolve) => setTimeout(resolve))
  const one = measurePeak(async () => {
    await turn()
    floats(100)
    await turn()
  })
  const other = measurePeak(async () => {
    await turn()
    await turn()
    floats(200)
    await turn()
    await turn()
  })
  expect((await one).peakBytes).toBeGreaterThanOrEqual(3 * 100 * 4)
  expect((await other).peakBytes).toBe(3 * 200 * 4)
  expect(tf.engine().runKernel).toBe(runKernel)
  expect(Object.hasOwn(tf.engine(), 'runKernel')).toBe(false)
})

it('a kernel that throws is an error of the pass and nothing else', async () => {
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  const mismatched = async () => tf.tidy(() => void tf.matMul(tf.ones([1, 3]), tf.ones([7, 2])))
  await expect(measurePeak(mismatched)).rejects.toThrow('inner shapes')
  await new Promise((resolve) => setTimeout(resolve, 10))
  process.off('unhandledRejection', unhandled)
  expect(unhandled).not.toHaveBeenCalled()
  expect(Object.hasOwn(tf.engine(), 'runKernel')).toBe(false)
})
