import * as tf from '@tensorflow/tfjs-core'

export interface Speed {
  /** Milliseconds of one picture, the median of five after two to warm up. */
  readonly forward: number
  /** Of the forward and the backward pass. */
  readonly gradient: number
}

/** A network of three convolutions on one picture of 64 × 64, on the backend in use: 9 million multiplications. */
export async function measureSpeed(): Promise<Speed> {
  const weight = (shape: number[]) =>
    tf.reshape(
      tf.mul(
        tf.sin(
          tf.range(
            0,
            shape.reduce((a, b) => a * b),
          ),
        ),
        0.1,
      ),
      shape,
    )
  const made = tf.tidy(() => ({
    picture: weight([1, 64, 64, 3]) as tf.Tensor4D,
    filters: [
      [3, 3, 3, 16],
      [3, 3, 16, 32],
      [3, 3, 32, 32],
    ].map((shape) => weight(shape) as tf.Tensor4D),
  }))
  const forward = (x: tf.Tensor): tf.Tensor => {
    let y = x as tf.Tensor4D
    for (const filter of made.filters) y = tf.maxPool(tf.relu(tf.conv2d(y, filter, 1, 'same')), 2, 2, 'same')
    return tf.mean(y)
  }
  const backward = tf.grad(forward)
  try {
    return {
      forward: await median(() => forward(made.picture)),
      gradient: await median(() => backward(made.picture)),
    }
  } finally {
    tf.dispose([made.picture, ...made.filters])
  }
}

async function median(compute: () => tf.Tensor): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < 7; i++) {
    const start = performance.now()
    const result = tf.tidy(compute)
    await result.data()
    result.dispose()
    if (i >= 2) times.push(performance.now() - start)
  }
  return times.sort((a, b) => a - b)[2]!
}
