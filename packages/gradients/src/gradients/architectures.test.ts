import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { type Expectation, expectGradient, given, withGradients } from '../../test/finite-differences.ts'

withGradients()

let salt = 100
/** Weights that depend on where they stand alone. */
const weights = (...shape: number[]) => {
  const { values } = given(
    shape,
    salt++,
    1.2 / Math.sqrt(Math.max(1, shape.slice(0, -1).reduce((a, b) => a * b, 1) / 2)),
  )
  return tf.tensor(Float32Array.from(values), shape)
}
const conv = (x: tf.Tensor, size: number | [number, number], channels: number, strides = 1) => {
  const [height, width] = typeof size === 'number' ? [size, size] : size
  return tf.conv2d(x as tf.Tensor4D, weights(height, width, x.shape[3]!, channels) as tf.Tensor4D, strides, 'same')
}
const depthwise = (x: tf.Tensor, size: number, strides: number, dilations = 1) =>
  tf.depthwiseConv2d(
    x as tf.Tensor4D,
    weights(size, size, x.shape[3]!, 1) as tf.Tensor4D,
    strides,
    'same',
    'NHWC',
    dilations,
  )
const normal = (x: tf.Tensor) => {
  const channels = x.shape.at(-1)!
  const vector = (shift: number) => tf.add(weights(channels), shift) as tf.Tensor1D
  return tf.batchNorm(x as tf.Tensor4D, vector(0), vector(3), vector(0), vector(1))
}
const globalMean = (x: tf.Tensor) => tf.mean(x, [1, 2], true)
const hardSigmoid = (x: tf.Tensor) => tf.div(tf.relu6(tf.add(x, 3)), 6)
const hardSwish = (x: tf.Tensor) => tf.mul(x, hardSigmoid(x))
const swish = (x: tf.Tensor) => tf.mul(x, tf.sigmoid(x))
const gelu = (x: tf.Tensor) => tf.mul(x, tf.mul(0.5, tf.add(1, tf.erf(tf.div(x, Math.SQRT2)))))
const excite = (x: tf.Tensor, gate: (x: tf.Tensor) => tf.Tensor) =>
  tf.mul(x, gate(conv(tf.relu(conv(globalMean(x), 1, 3)), 1, x.shape[3]!)))
const dense = (x: tf.Tensor, units: number) => tf.add(tf.matMul(x, weights(x.shape.at(-1)!, units)), weights(units))
/** As an exported graph has it. */
const layerNormal = (x: tf.Tensor) => {
  const mean = tf.mean(x, -1, true)
  const variance = tf.mean(tf.squaredDifference(x, mean), -1, true)
  return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-3))), weights(x.shape.at(-1)!)), weights(1))
}

function mobileNet(x: tf.Tensor) {
  const expanded = hardSwish(normal(conv(x, 1, 6)))
  const filtered = excite(hardSwish(normal(depthwise(expanded, 3, 1))), hardSigmoid)
  return tf.add(x, normal(conv(filtered, 1, 3)))
}

function efficientNet(x: tf.Tensor) {
  const filtered = excite(swish(normal(depthwise(swish(normal(conv(x, 1, 6))), 5, 2))), tf.sigmoid)
  return normal(conv(filtered, 1, 4))
}

function resNet(x: tf.Tensor) {
  const stem = tf.maxPool(tf.relu(normal(conv(x, 3, 4))) as tf.Tensor4D, 3, 2, 'same')
  const inner = normal(conv(tf.relu(normal(conv(tf.relu(normal(conv(stem, 1, 2))), 3, 2))), 1, 4))
  return tf.softmax(dense(tf.mean(tf.relu(tf.add(stem, inner)), [1, 2]), 3))
}

function denseNet(x: tf.Tensor) {
  const layer = (x: tf.Tensor) => tf.concat([x, conv(tf.relu(normal(conv(tf.relu(normal(x)), 1, 4))), 3, 2)], 3)
  return tf.avgPool(conv(tf.relu(normal(layer(layer(x)))), 1, 3) as tf.Tensor4D, 2, 2, 'same')
}

function inception(x: tf.Tensor) {
  const tall = conv(tf.relu(conv(tf.relu(conv(x, 1, 2)), [1, 3], 2)), [3, 1], 2)
  const pooled = conv(tf.avgPool(x as tf.Tensor4D, 3, 1, 'same'), 1, 2)
  return tf.max(tf.relu(tf.concat([conv(x, 1, 2), tall, pooled], 3)), [1, 2])
}

function uNet(x: tf.Tensor) {
  const fine = tf.relu(
    conv(
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ],
        'reflect',
      ),
      3,
      3,
    ),
  )
  const coarse = tf.relu(conv(tf.maxPool(fine as tf.Tensor4D, 2, 2, 'same'), 3, 4)) as tf.Tensor4D
  const [, height, width] = fine.shape as [number, number, number, number]
  const learned = tf.conv2dTranspose(coarse, weights(2, 2, 2, 4) as tf.Tensor4D, [1, height, width, 2], 2, 'same')
  const smooth = tf.image.resizeBilinear(coarse, [height, width], false, true)
  const copied = tf.image.resizeNearestNeighbor(coarse, [height, width])
  return tf.sigmoid(conv(tf.concat([fine, learned, smooth, copied], 3), 1, 1))
}

function deepLab(x: tf.Tensor) {
  const [, height, width] = x.shape as [number, number, number]
  const atrous = (rate: number) => tf.relu(normal(conv(depthwise(x, 3, 1, rate), 1, 2)))
  const image = tf.image.resizeBilinear(conv(globalMean(x), 1, 2), [height, width])
  const merged = conv(tf.concat([conv(x, 1, 2), atrous(2), atrous(3), image], 3), 1, 2)
  return tf.image.resizeBilinear(merged, [height * 2 - 1, width * 2 - 1], true)
}

/** One layer of a vision transformer, with the class token in front, as an exported graph has it. */
function transformer(product: 'einsum' | 'matMul') {
  return (x: tf.Tensor) => {
    const patches = tf.reshape(tf.conv2d(x as tf.Tensor4D, weights(2, 2, 2, 4) as tf.Tensor4D, 2, 'valid'), [1, -1, 4])
    const tokens = tf.add(tf.concat([weights(1, 1, 4), patches], 1), weights(1, patches.shape[1]! + 1, 4))
    const heads = (t: tf.Tensor) => tf.transpose(tf.reshape(t, [1, -1, 2, 2]), [0, 2, 1, 3])
    const attend = (t: tf.Tensor) => {
      const [q, k, v] = tf.split(dense(t, 12), 3, -1).map(heads) as [tf.Tensor, tf.Tensor, tf.Tensor]
      if (product === 'matMul') return tf.matMul(tf.softmax(tf.matMul(q, k, false, true)), v)
      return tf.einsum('bhij,bhjd->bhid', tf.softmax(tf.einsum('bhid,bhjd->bhij', q, k)), v)
    }
    const mixed = tf.reshape(tf.transpose(attend(layerNormal(tokens)), [0, 2, 1, 3]), tokens.shape)
    const middle = tf.add(tokens, dense(mixed, 4))
    const output = layerNormal(tf.add(middle, dense(gelu(dense(layerNormal(middle), 6)), 4)))
    return dense(tf.stridedSlice(output, [0, 0, 0], [0, 1, 0], [1, 1, 1], 5, 5, 0, 0, 2), 3)
  }
}

function lstm(x: tf.Tensor) {
  let [h, c] = [weights(2, 3), weights(2, 3)] as [tf.Tensor, tf.Tensor]
  const [kernel, recurrent, bias] = [weights(3, 12), weights(3, 12), weights(12)] as const
  for (const step of tf.unstack(x, 1)) {
    const gates = tf.add(tf.add(tf.matMul(step, kernel), tf.matMul(h, recurrent)), bias)
    const [i, f, g, o] = tf.split(gates, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
    c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)))
    h = tf.mul(tf.sigmoid(o), tf.tanh(c))
  }
  return h
}

function gru(x: tf.Tensor) {
  let h: tf.Tensor = weights(2, 3)
  const [kernel, recurrent, inner] = [weights(3, 9), weights(3, 6), weights(3, 3)] as const
  for (const step of tf.unstack(tf.reverse(x, 1), 1)) {
    const given = tf.matMul(step, kernel)
    const [z, r] = tf.split(tf.sigmoid(tf.add(tf.slice(given, [0, 0], [-1, 6]), tf.matMul(h, recurrent))), 2, 1)
    const candidate = tf.tanh(tf.add(tf.slice(given, [0, 6]), tf.matMul(tf.mul(r!, h), inner)))
    h = tf.add(tf.mul(z!, h), tf.mul(tf.sub(1, z!), candidate))
  }
  return h
}

/** Gated and dilated, as WaveNet is; then the mean of the largest values. */
function waveNet(x: tf.Tensor) {
  const causal = (x: tf.Tensor, rate: number) =>
    tf.conv1d(
      tf.pad(x, [
        [0, 0],
        [rate, 0],
        [0, 0],
      ]) as tf.Tensor3D,
      weights(2, 3, 3) as tf.Tensor3D,
      1,
      'valid',
      'NWC',
      rate,
    )
  const layer = (x: tf.Tensor, rate: number) => tf.add(x, tf.mul(tf.tanh(causal(x, rate)), tf.sigmoid(causal(x, rate))))
  return tf.mean(tf.topk(tf.transpose(layer(layer(layer(x, 1), 2), 4), [0, 2, 1]), 3).values, -1)
}

function volumes(x: tf.Tensor) {
  const features = tf.relu(tf.conv3d(x as tf.Tensor5D, weights(2, 2, 2, 2, 3) as tf.Tensor5D, 1, 'same')) as tf.Tensor5D
  const small = tf.avgPool3d(tf.maxPool3d(features, 2, 2, 'same'), 2, 1, 'same')
  return tf.conv3dTranspose(small, weights(2, 2, 2, 2, 3) as tf.Tensor5D, [1, 4, 4, 2, 2], 2, 'same')
}

/** Regions of the features, of which the best two count. */
function detector(x: tf.Tensor) {
  const features = tf.tanh(conv(x, 3, 3)) as tf.Tensor4D
  const boxes = tf.tensor2d([0, 0, 0.7, 0.7, 0.3, 0.2, 1, 0.9, 0.1, 0.4, 0.6, 1], [3, 4])
  const regions = tf.image.cropAndResize(features, boxes, tf.tensor1d([0, 0, 0], 'int32'), [3, 3])
  const scores = tf.reshape(dense(tf.reshape(regions, [3, 27]), 1), [3]) as tf.Tensor1D
  return tf.gather(scores, tf.image.nonMaxSuppression(boxes, scores, 2, 0.9))
}

/** Pixels from channels, as networks that enlarge images have; light through a medium along each row. */
function rendering(x: tf.Tensor) {
  const image = tf.depthToSpace(conv(x, 3, 4) as tf.Tensor4D, 2)
  const opacity = tf.sigmoid(image)
  return tf.sum(tf.mul(opacity, tf.cumprod(tf.sub(1, opacity), 2, true)), 2)
}

const smooth: Expectation = { step: 0.02, tolerance: 1e-3 }
const kinked: Expectation = { step: 0.001, tolerance: 1e-2 }
const image = [1, 6, 5, 3]

describe('the input gradient of a block of', () => {
  it.each<[string, number[], (x: tf.Tensor) => tf.Tensor, Expectation]>([
    ['MobileNet', image, mobileNet, kinked],
    ['EfficientNet', image, efficientNet, { step: 0.01, tolerance: 5e-3 }],
    ['ResNet', image, resNet, kinked],
    ['DenseNet', image, denseNet, kinked],
    ['Inception', image, inception, kinked],
    ['U-Net', [1, 6, 4, 2], uNet, kinked],
    ['DeepLab', image, deepLab, kinked],
    ['a transformer', [1, 4, 6, 2], transformer('matMul'), smooth],
    ['a transformer by einsum', [1, 4, 6, 2], transformer('einsum'), smooth],
    ['an LSTM', [2, 4, 3], lstm, smooth],
    ['a GRU', [2, 4, 3], gru, smooth],
    ['WaveNet', [1, 9, 3], waveNet, smooth],
    ['a network of volumes', [1, 4, 3, 2, 2], volumes, kinked],
    ['a detector', image, detector, smooth],
    ['rendering', [1, 3, 3, 2], rendering, smooth],
  ])('%s', async (_, shape, block, expectation) => {
    const same = (x: tf.Tensor) => {
      salt = 100
      return block(x)
    }
    await expectGradient(same, [given(shape, 99)], expectation)
  })
})
