import '@tensorflow/tfjs-backend-cpu'
import { explain, type FunctionTarget, fromPredict, type NamedTensors } from '@explainnet/core'
import { rise } from '@explainnet/rise'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { boxes } from '../test/models.ts'
import { boxTarget, detectionTarget, predictedRegion, regionTarget } from './index.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const scored = (target: FunctionTarget, outputs: () => NamedTensors): number[] =>
  Array.from(tf.tidy(() => target.score(outputs()).dataSync()))
const detections = (given: number[][][], scores: number[][][], objectness?: number[][]) => (): NamedTensors => ({
  boxes: tf.tensor3d(given),
  scores: tf.tensor3d(scores),
  ...(objectness && { objectness: tf.tensor2d(objectness) }),
})

describe('boxTarget', () => {
  const scores = [
    [10, 11],
    [20, 21],
    [30, 31],
  ]

  it('is the class score of the box that overlaps most, found in each row anew', () => {
    const target = boxTarget({ box: [1, 1, 4, 4], index: 1 })
    expect(scored(target, detections([boxes, [...boxes].reverse()], [scores, scores]))).toEqual([11, 31])
  })

  it('is that of the box with the nearest centre where none overlaps', () => {
    expect(scored(boxTarget({ box: [12, 12, 14, 14], index: 0 }), detections([boxes], [scores]))).toEqual([30])
    expect(scored(boxTarget({ box: [-9, -9, -8, -8], index: 0 }), detections([boxes], [scores]))).toEqual([10])
  })

  it('prefers the least overlap to any nearness', () => {
    const wide = [
      [0, 0, 100, 1],
      [2, 1, 4, 3],
    ]
    const target = boxTarget({ box: [1, 0, 2, 1], index: 0 })
    expect(scored(target, detections([wide], [scores.slice(0, 2)]))).toEqual([10])
  })

  it('reads a tensor that holds everything, centres and sizes turned into corners', () => {
    const target = boxTarget({
      box: [1, 1, 4, 4],
      index: 0,
      read: ({ output }) => {
        const [centre, size, scores] = tf.split(output!, [2, 2, 2], 2) as [tf.Tensor, tf.Tensor, tf.Tensor]
        const half = tf.div(size, 2)
        return { boxes: tf.concat([tf.sub(centre, half), tf.add(centre, half)], 2), scores }
      },
    })
    const output = () => ({
      output: tf.tensor3d([
        [
          [9, 9, 2, 2, 30, 31],
          [2, 2, 4, 4, 10, 11],
        ],
      ]),
    })
    expect(scored(target, output)).toEqual([10])
  })

  it('says what is wrong with boxes, classes and outputs', () => {
    expect(() => boxTarget({ box: [4, 4, 1, 1], index: 0 })).toThrow(/smaller coordinates first/)
    const run = (index: number, outputs: () => NamedTensors) => () =>
      scored(boxTarget({ box: [0, 0, 1, 1], index }), outputs)
    expect(run(2, detections([boxes], [scores]))).toThrow(/0 to 1/)
    expect(run(0, () => ({ output: tf.zeros([1, 3]) }))).toThrow(/named 'boxes' and 'scores'/)
    expect(run(0, detections([boxes], [scores.slice(1)]))).toThrow(/shape \[1,3,4\], their scores \[1,2,2\]/)
  })
})

describe('detectionTarget', () => {
  const wanted = { box: [0, 0, 2, 2], probabilities: [0.6, 0.8] } as const
  const near = [
    [0, 0, 2, 4],
    [0, 0, 2, 2],
  ]

  it('is 1 for the detection itself and the largest of overlap times cosine else', () => {
    const itself = detections(
      [near],
      [
        [
          [0.6, 0.8],
          [0.6, 0.8],
        ],
      ],
    )
    expect(scored(detectionTarget(wanted), itself)[0]).toBeCloseTo(1, 5)
    const others = detections(
      [near],
      [
        [
          [0.8, 0.6],
          [1, 0],
        ],
      ],
    )
    // ½ · 0.96 for the wide box, 1 · 0.6 for the other.
    expect(scored(detectionTarget(wanted), others)[0]).toBeCloseTo(0.6, 5)
  })

  it('counts a box only as much as there is an object in it', () => {
    const outputs = detections(
      [near],
      [
        [
          [0.8, 0.6],
          [1, 0],
        ],
      ],
      [[1, 0.5]],
    )
    expect(scored(detectionTarget(wanted), outputs)[0]).toBeCloseTo(0.48, 5)
  })

  it('is 0, not NaN, where no box has a class', () => {
    expect(
      scored(
        detectionTarget(wanted),
        detections(
          [near],
          [
            [
              [0, 0],
              [0, 0],
            ],
          ],
        ),
      ),
    ).toEqual([0])
  })

  it('refuses a detection of nothing, and one of other classes', () => {
    expect(() => detectionTarget({ box: [0, 0, 1, 1], probabilities: [0, 0] })).toThrow(/all 0/)
    const target = detectionTarget({ box: [0, 0, 1, 1], probabilities: [1] })
    expect(() =>
      scored(
        target,
        detections(
          [near],
          [
            [
              [0, 1],
              [1, 0],
            ],
          ],
        ),
      ),
    ).toThrow(/1 probabilities, and the model 2/)
  })

  it('makes D-RISE of RISE: a black box in whose picture the object lies top left', async () => {
    const side = 8
    // Its only box stands where the object does; it is as sure of it as that corner is bright.
    const model = fromPredict(
      ({ shape, data }) => {
        const rows = shape[0]!
        const sure = Array.from({ length: rows }, (_, row) => {
          const pixels = data.subarray(row * side * side, (row + 1) * side * side)
          return pixels.filter((_, i) => i % side < 4 && i < 4 * side).reduce((a, b) => a + b, 0) / 16
        })
        return {
          boxes: { shape: [rows, 1, 4], data: Float32Array.from(sure.flatMap(() => [0, 0, 4, 4])) },
          scores: { shape: [rows, 1, 2], data: Float32Array.from(sure.flatMap((one) => [one, 0])) },
          objectness: { shape: [rows, 1], data: Float32Array.from(sure) },
        }
      },
      {
        inputs: [null, side, side, 1],
        outputs: { boxes: [null, 1, 4], scores: [null, 1, 2], objectness: [null, 1] },
        output: 'probabilities',
      },
    )
    const image = { shape: [1, side, side, 1], data: new Float32Array(side * side).fill(1) }
    const before = tf.memory().numTensors
    const target = detectionTarget({ box: [0, 0, 4, 4], probabilities: [1, 0] })
    const { values, certificate } = await explain(model, image, rise({ masks: 200, cells: 4 }), { target })
    expect(tf.memory().numTensors).toBe(before)
    expect(certificate.targets[0]).toMatchObject({ kind: 'function', name: 'detection at box [0, 0, 4, 4]', score: 1 })
    const mean = (inside: boolean) => {
      const chosen = values.filter((_, i) => (i % side < 4 && i < 4 * side) === inside)
      return chosen.reduce((a, b) => a + b, 0) / chosen.length
    }
    expect(mean(true)).toBeGreaterThan(5 * Math.abs(mean(false)))
  })
})

describe('regionTarget', () => {
  const scores = { shape: [2, 1, 3, 2], data: Float32Array.of(1, 5, 4, 2, 7, 6, 0, 1, 2, 0, 3, 9) }
  const outputs = () => ({ segments: tf.tensor(scores.data, scores.shape) })

  it('is the mean score of the class over the region, weighted, in each row', () => {
    const region = { shape: [1, 3], data: Float32Array.of(1, 0, 1) }
    expect(scored(regionTarget({ index: 0, region }), outputs)).toEqual([4, 1.5])
    const weighted = { shape: [1, 3], data: Float32Array.of(3, 1, 0) }
    expect(scored(regionTarget({ index: 1, region: weighted }), outputs)).toEqual([4.25, 0.75])
  })

  it('takes the region in which the class is predicted', () => {
    expect([...predictedRegion(scores, 0).data]).toEqual([0, 1, 1])
    const region = predictedRegion(scores, 1, 1)
    expect(region).toEqual({ shape: [1, 3], data: Float32Array.of(1, 0, 1) })
    expect(scored(regionTarget({ index: 1, region }), outputs)[1]).toBe(5)
    const single = { shape: [1, 1, 3, 1], data: Float32Array.of(-1, 2, 0) }
    expect([...predictedRegion(single, 0).data]).toEqual([0, 1, 0])
  })

  it('refuses an empty region, one of another shape, and a class that is not there', () => {
    const empty = { shape: [1, 3], data: new Float32Array(3) }
    expect(() => regionTarget({ index: 0, region: empty })).toThrow(/no position/)
    const region = { shape: [3, 1], data: new Float32Array(3).fill(1) }
    expect(() => scored(regionTarget({ index: 0, region }), outputs)).toThrow(/shape \[1,3\]/)
    expect(() => scored(regionTarget({ index: 2, region: { ...region, shape: [1, 3] } }), outputs)).toThrow(/0 to 1/)
    expect(() => predictedRegion(scores, 2)).toThrow(/0 to 1/)
  })

  it('wants to know which of several outputs holds the classes', () => {
    const region = { shape: [1, 3], data: Float32Array.of(1, 1, 1) }
    const two = () => ({ ...outputs(), depth: tf.zeros([2, 1, 3, 1]) })
    expect(() => scored(regionTarget({ index: 0, region }), two)).toThrow(/outputs segments, depth/)
    expect(scored(regionTarget({ index: 0, region, output: 'segments' }), two)).toEqual([4, 5 / 3].map(Math.fround))
  })
})
