import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { describe, expect, it } from 'vitest'
import { randomStream } from './random.ts'
import { resizeLinear } from './resize.ts'

const noise = (shape: number[]) => {
  const random = randomStream(1)
  return { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()) }
}

describe('resizeLinear', () => {
  it('puts values at half-pixel centres and repeats the edge', () => {
    const { data } = resizeLinear({ shape: [2], data: Float32Array.of(0, 4) }, [4])
    expect([...data]).toEqual([0, 1, 3, 4])
  })

  it('agrees with half-pixel bilinear resizing of tfjs on batches and channels, up and down', async () => {
    await tf.setBackend('cpu')
    const image = noise([2, 5, 7, 3])
    for (const [height, width] of [
      [13, 11],
      [3, 20],
    ] as const) {
      const expected = tf.tidy(() =>
        tf.image.resizeBilinear(tf.tensor4d(image.data, [2, 5, 7, 3]), [height, width], false, true).dataSync(),
      )
      const { data, shape } = resizeLinear(image, [2, height, width, 3])
      expect(shape).toEqual([2, height, width, 3])
      data.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i]!, 5)
      })
    }
  })

  it('resizes one and three axes alike: a linear ramp stays one between the outer centres', () => {
    const side = 4
    const ramp = Float32Array.from({ length: side ** 3 }, (_, i) => Math.floor(i / side ** 2) + 10 * (i % side))
    const { data } = resizeLinear({ shape: [side, side, side], data: ramp }, [8, 4, 8])
    const at = (z: number, y: number, x: number) => data[(z * 4 + y) * 8 + x]!
    for (let z = 1; z < 7; z++) {
      for (let x = 1; x < 7; x++) expect(at(z, 2, x)).toBeCloseTo(z / 2 - 0.25 + 10 * (x / 2 - 0.25), 5)
    }
  })

  it('keeps a constant and an unchanged shape, and refuses another rank', () => {
    const flat = resizeLinear({ shape: [3, 3], data: new Float32Array(9).fill(2.5) }, [10, 7])
    expect(new Set(flat.data)).toEqual(new Set([2.5]))
    const same = noise([3, 4])
    expect(resizeLinear(same, [3, 4]).data).toEqual(same.data)
    expect(() => resizeLinear(same, [3, 4, 1])).toThrow(/same number of axes/)
  })
})
