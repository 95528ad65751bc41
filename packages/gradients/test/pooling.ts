import * as tf from '@tensorflow/tfjs-core'
import { values } from './wasm.ts'

/** Pooling gradients in float64, straight from the definition, for `[batch, ...space, channels]` of any number of dimensions. */
export interface Pooling {
  readonly space: readonly number[]
  readonly window: readonly number[]
  readonly strides: readonly number[]
  readonly pad: 'same' | 'valid' | number
  readonly rounding?: 'ceil'
}

const batch = 2
const channels = 3

/** Few different values, so that most windows have ties; all negative, so that padding counts where it must not. */
export const ties = ({ space }: Pooling) => {
  const shape = [batch, ...space, channels]
  return tf.tensor(
    values(shape.reduce((a, b) => a * b)).map((v) => Math.round(v * 1.5) - 5),
    shape,
  )
}

export const poolings: Pooling[] = [
  { space: [7, 6], window: [2, 2], strides: [2, 2], pad: 'valid' },
  { space: [7, 6], window: [2, 2], strides: [2, 2], pad: 'same' },
  { space: [7, 6], window: [3, 3], strides: [2, 2], pad: 'same' },
  { space: [7, 6], window: [3, 2], strides: [1, 1], pad: 'same' },
  { space: [7, 6], window: [3, 3], strides: [2, 2], pad: 1 },
  { space: [7, 6], window: [2, 2], strides: [2, 2], pad: 0, rounding: 'ceil' },
  { space: [5, 4, 6], window: [3, 3, 3], strides: [2, 2, 2], pad: 0, rounding: 'ceil' },
  { space: [7, 6], window: [1, 2], strides: [3, 3], pad: 'same' },
  { space: [5, 4, 6], window: [2, 2, 2], strides: [2, 2, 2], pad: 'valid' },
  { space: [5, 4, 6], window: [3, 3, 3], strides: [1, 1, 1], pad: 'same' },
  { space: [5, 4, 6], window: [2, 3, 1], strides: [2, 1, 1], pad: 'same' },
  { space: [5, 4, 6], window: [1, 2, 3], strides: [1, 2, 2], pad: 'same' },
]

export const describePooling = ({ space, window, strides, pad, rounding }: Pooling) =>
  `${window.join('×')} windows on ${space.join('×')}, strides ${strides}, padding ${pad}${rounding ? ', rounded up' : ''}`

/** By tfjs, on the backend in use: the gradient of Σ y·weight, and the weights. */
export function poolGradient(kind: 'max' | 'avg', pooling: Pooling, x: tf.Tensor): { dx: tf.Tensor; dy: tf.Tensor } {
  const { window, strides, pad, rounding } = pooling
  const pool = (t: tf.Tensor): tf.Tensor =>
    window.length === 2
      ? (kind === 'max' ? tf.maxPool : tf.avgPool)(
          t as tf.Tensor4D,
          window as [number, number],
          strides as [number, number],
          pad,
          rounding,
        )
      : (kind === 'max' ? tf.maxPool3d : tf.avgPool3d)(
          t as tf.Tensor5D,
          window as [number, number, number],
          strides as [number, number, number],
          pad,
          rounding,
        )
  const { shape } = tf.tidy(() => pool(x))
  const dy = tf.tensor(
    values(
      shape.reduce((a, b) => a * b),
      9,
    ),
    shape,
  )
  return { dx: tf.tidy(() => tf.grad(pool)(x, dy)), dy }
}

export function naivePoolGradient(
  kind: 'max' | 'avg',
  { space, window, strides, pad, rounding }: Pooling,
  x: ArrayLike<number>,
  dy: ArrayLike<number>,
): Float64Array {
  const out = space.map((size, a) =>
    pad === 'same'
      ? Math.ceil(size / strides[a]!)
      : Math[rounding ?? 'floor']((size - window[a]! + 2 * (pad === 'valid' ? 0 : pad)) / strides[a]!) + 1,
  )
  const before = space.map((size, a) =>
    pad === 'same'
      ? Math.max(0, Math.floor(((out[a]! - 1) * strides[a]! + window[a]! - size) / 2))
      : pad === 'valid'
        ? 0
        : pad,
  )
  const dx = new Float64Array(x.length)
  let at = 0
  for (let n = 0; n < batch; n++)
    for (const place of indices(out)) {
      const inside = indices(window)
        .map((offset) => offset.map((o, a) => place[a]! * strides[a]! - before[a]! + o))
        .filter((position) => position.every((p, a) => p >= 0 && p < space[a]!))
        .map((position) => position.reduce((flat, p, a) => flat * space[a]! + p, n))
      for (let c = 0; c < channels; c++, at++) {
        const window = inside.map((flat) => flat * channels + c)
        if (kind === 'avg') for (const i of window) dx[i]! += dy[at]! / window.length
        else dx[window.reduce((best, i) => (x[i]! > x[best]! ? i : best))]! += dy[at]!
      }
    }
  return dx
}

/** All index tuples below `sizes`, in row-major order. */
const indices = (sizes: readonly number[]): number[][] =>
  sizes.reduce<number[][]>(
    (tuples, size) => tuples.flatMap((tuple) => Array.from({ length: size }, (_, i) => [...tuple, i])),
    [[]],
  )
