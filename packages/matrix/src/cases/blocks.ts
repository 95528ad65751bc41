import * as tf from '@tensorflow/tfjs-core'
import { type AnyTensor, type Case, op, spaced } from '../case.ts'

const x = spaced([1, 6, 6, 4], -1, 1, 1)
const gamma = (n: number) => spaced([n], 0.5, 1.5, 2)
const beta = (n: number) => spaced([n], -0.5, 0.5, 3)

/** Batch normalisation as a trained network has it: statistics are constants. */
const norm = (t: AnyTensor, scale: AnyTensor, offset: AnyTensor) => {
  const channels = t.shape.at(-1)!
  return tf.batchNorm(t, tf.linspace(-0.2, 0.3, channels), tf.linspace(0.6, 1.4, channels), offset, scale)
}
const conv = (t: AnyTensor, w: AnyTensor, stride = 1, dilation = 1): AnyTensor =>
  tf.conv2d(t, w, stride, 'same', 'NHWC', dilation)
const depthwise = (t: AnyTensor, w: AnyTensor, stride = 1): AnyTensor => tf.depthwiseConv2d(t, w, stride, 'same')
const hardSwish = (t: AnyTensor) => tf.mul(t, tf.div(tf.relu6(tf.add(t, 3)), 6))
const swish = (t: AnyTensor) => tf.mul(t, tf.sigmoid(t))
const gelu = (t: AnyTensor) => tf.mul(tf.mul(t, 0.5), tf.add(tf.erf(tf.mul(t, Math.SQRT1_2)), 1))
const layerNorm = (t: AnyTensor, scale: AnyTensor, offset: AnyTensor) => {
  const { mean, variance } = tf.moments(t, -1, true)
  return tf.add(tf.mul(tf.mul(tf.sub(t, mean), tf.rsqrt(tf.add(variance, 1e-5))), scale), offset)
}
/** Squeeze and excitation: each channel is weighed by what all of them hold on average. */
const excite = (t: AnyTensor, down: AnyTensor, up: AnyTensor, gate: (t: AnyTensor) => tf.Tensor) =>
  tf.mul(t, gate(conv(tf.relu(conv(tf.mean(t, [1, 2], true), down)), up)))

/** Self-attention over [tokens, width] with `heads` heads. */
const attend = (t: AnyTensor, qkv: AnyTensor, out: AnyTensor, heads: number, mask?: tf.Tensor) => {
  const [tokens, width] = t.shape as [number, number]
  const [q, k, v] = tf
    .split(tf.matMul(t, qkv), 3, 1)
    .map((part) => tf.transpose(tf.reshape(part, [tokens, heads, width / heads]), [1, 0, 2]))
  const scores = tf.mul(tf.matMul(q!, k!, false, true), 1 / Math.sqrt(width / heads))
  const mixed = tf.matMul(tf.softmax(mask ? tf.add(scores, mask) : scores), v!)
  return tf.matMul(tf.reshape(tf.transpose(mixed, [1, 0, 2]), [tokens, width]), out)
}
const attention = [
  [4, 12],
  [4, 4],
]
const perceptron = [
  [4, 6],
  [6, 4],
]

export const blocks: readonly Case[] = [
  op(
    'MobileNetV1 separable convolution',
    [x, [3, 3, 4, 1], gamma(4), beta(4), [1, 1, 4, 6], gamma(6), beta(6)],
    (t, d, g1, b1, p, g2, b2) => tf.relu6(norm(conv(tf.relu6(norm(depthwise(t, d, 2), g1, b1)), p), g2, b2)),
  ),
  op(
    'MobileNetV2 inverted residual',
    [x, [1, 1, 4, 8], gamma(8), beta(8), [3, 3, 8, 1], [1, 1, 8, 4], gamma(4), beta(4)],
    (t, expand, g1, b1, d, project, g2, b2) => {
      const wide = tf.relu6(norm(conv(t, expand), g1, b1))
      return tf.add(norm(conv(tf.relu6(depthwise(wide, d)), project), g2, b2), t)
    },
  ),
  op(
    'MobileNetV2 inverted residual, fused, stride 2',
    [x, [1, 1, 4, 8], beta(8), [3, 3, 8, 1], beta(8), [1, 1, 8, 6]],
    (t, expand, b1, d, b2, project) => {
      const wide = tf.fused.conv2d({ x: t, filter: expand, strides: 1, pad: 'same', bias: b1, activation: 'relu6' })
      const filtered = tf.fused.depthwiseConv2d({
        x: tf.pad(wide, [
          [0, 0],
          [0, 1],
          [0, 1],
          [0, 0],
        ]) as tf.Tensor4D,
        filter: d,
        strides: 2,
        pad: 'valid',
        bias: b2,
        activation: 'relu6',
      })
      return tf.fused.conv2d({ x: filtered, filter: project, strides: 1, pad: 'same' })
    },
  ),
  op(
    'MobileNetV3 block with excitation',
    [x, [1, 1, 4, 6], [5, 5, 6, 1], [1, 1, 6, 2], [1, 1, 2, 6], [1, 1, 6, 4]],
    (t, expand, d, down, up, project) => {
      const filtered = hardSwish(depthwise(hardSwish(conv(t, expand)), d))
      return tf.add(
        conv(
          excite(filtered, down, up, (s) => tf.div(tf.relu6(tf.add(s, 3)), 6)),
          project,
        ),
        t,
      )
    },
  ),
  op(
    'EfficientNet block',
    [x, [1, 1, 4, 6], gamma(6), beta(6), [3, 3, 6, 1], [1, 1, 6, 2], [1, 1, 2, 6], [1, 1, 6, 4]],
    (t, expand, g, b, d, down, up, project) => {
      const filtered = swish(depthwise(swish(norm(conv(t, expand), g, b)), d))
      return tf.add(conv(excite(filtered, down, up, tf.sigmoid), project), t)
    },
  ),
  op(
    'ResNet basic block',
    [x, [3, 3, 4, 4], gamma(4), beta(4), [3, 3, 4, 4], gamma(4), beta(4)],
    (t, w1, g1, b1, w2, g2, b2) => {
      const inner = tf.relu(norm(conv(t, w1), g1, b1))
      return tf.relu(tf.add(norm(conv(inner, w2), g2, b2), t))
    },
  ),
  op(
    'ResNet bottleneck with a projected short cut',
    [x, [1, 1, 4, 2], [3, 3, 2, 2], [1, 1, 2, 6], [1, 1, 4, 6], gamma(6), beta(6)],
    (t, w1, w2, w3, cut, g, b) => {
      const inner = conv(tf.relu(conv(tf.relu(conv(t, w1)), w2, 2)), w3)
      return tf.relu(tf.add(norm(inner, g, b), conv(t, cut, 2)))
    },
  ),
  op('ResNet stem', [[1, 11, 11, 3], [7, 7, 3, 4], beta(4)], (t, w, b) => {
    const padded = tf.pad(t, [
      [0, 0],
      [3, 3],
      [3, 3],
      [0, 0],
    ])
    const edges = tf.relu(tf.add(tf.conv2d(padded as tf.Tensor4D, w, 2, 'valid'), b))
    return tf.maxPool(
      tf.pad(edges, [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ]) as tf.Tensor4D,
      3,
      2,
      'valid',
    )
  }),
  op('ResNeXt grouped convolution', [x, [3, 3, 2, 3], [3, 3, 2, 3]], (t, w1, w2) => {
    const [a, b] = tf.split(t, 2, 3)
    return tf.relu(tf.concat([conv(a!, w1), conv(b!, w2)], 3))
  }),
  op(
    'DenseNet block with its transition',
    [x, gamma(4), beta(4), [3, 3, 4, 2], gamma(6), beta(6), [3, 3, 6, 2], [1, 1, 8, 4]],
    (t, g1, b1, w1, g2, b2, w2, transition) => {
      const one = tf.concat([t, conv(tf.relu(norm(t, g1, b1)), w1)], 3)
      const two = tf.concat([one, conv(tf.relu(norm(one, g2, b2)), w2)], 3)
      return tf.avgPool(conv(tf.relu(two), transition), 2, 2, 'valid')
    },
  ),
  op(
    'Inception block',
    [x, [1, 1, 4, 2], [1, 7, 4, 2], [7, 1, 2, 2], [3, 3, 4, 2], [1, 1, 4, 2], [1, 1, 4, 2]],
    (t, w1, w2a, w2b, w3, w4, w5) =>
      tf.concat(
        [
          tf.relu(conv(t, w1)),
          tf.relu(conv(conv(t, w2a), w2b)),
          tf.relu(conv(t, w3)),
          conv(tf.avgPool(t, 3, 1, 'same'), w4),
          conv(tf.maxPool(t, 3, 1, 'same'), w5),
        ],
        3,
      ),
  ),
  op('SqueezeNet fire module', [x, [1, 1, 4, 2], [1, 1, 2, 3], [3, 3, 2, 3]], (t, squeeze, w1, w3) => {
    const small = tf.relu(conv(t, squeeze))
    return tf.concat([tf.relu(conv(small, w1)), tf.relu(conv(small, w3))], 3)
  }),
  op('ShuffleNet channel shuffle', [x, [3, 3, 2, 1], [1, 1, 2, 2]], (t, d, w) => {
    const [kept, changed] = tf.split(t, 2, 3)
    const joined = tf.concat([kept!, tf.relu(conv(depthwise(changed!, d), w))], 3)
    return tf.reshape(tf.transpose(tf.reshape(joined, [1, 6, 6, 2, 2]), [0, 1, 2, 4, 3]), [1, 6, 6, 4])
  }),
  op('Xception block', [x, [3, 3, 4, 1], [1, 1, 4, 6], [1, 1, 4, 6]], (t, d, p, cut) =>
    tf.add(tf.maxPool(tf.separableConv2d(tf.relu(t) as tf.Tensor4D, d, p, 1, 'same'), 3, 2, 'same'), conv(t, cut, 2)),
  ),
  op(
    'ConvNeXt block',
    [[1, 8, 8, 2], [7, 7, 2, 1], gamma(2), beta(2), [1, 1, 2, 6], [1, 1, 6, 2], spaced([2], 0.1, 0.3)],
    (t, d, g, b, w1, w2, scale) => tf.add(tf.mul(conv(gelu(conv(layerNorm(depthwise(t, d), g, b), w1)), w2), scale), t),
  ),
  op(
    'U-Net: down, up, and across',
    [
      [1, 6, 6, 2],
      [3, 3, 2, 3],
      [3, 3, 3, 4],
      [2, 2, 3, 4],
      [3, 3, 6, 2],
    ],
    (t, w1, w2, up, w3) => {
      const across = tf.relu(conv(t, w1))
      const bottom = tf.relu(conv(tf.maxPool(across as tf.Tensor4D, 2, 2, 'valid'), w2))
      const raised = tf.conv2dTranspose(bottom as tf.Tensor4D, up, [1, 6, 6, 3], 2, 'valid')
      return tf.sigmoid(conv(tf.concat([across, raised], 3), w3))
    },
  ),
  op(
    'DeepLab pyramid of dilated convolutions',
    [x, [1, 1, 4, 2], [3, 3, 4, 2], [3, 3, 4, 2], [1, 1, 4, 2], [1, 1, 8, 3]],
    (t, w1, w2, w3, whole, out) => {
      const everywhere = tf.image.resizeBilinear(conv(tf.mean(t, [1, 2], true), whole) as tf.Tensor4D, [6, 6], true)
      const joined = tf.concat([conv(t, w1), conv(t, w2, 1, 2), conv(t, w3, 1, 3), everywhere], 3)
      return tf.image.resizeBilinear(conv(tf.relu(joined), out) as tf.Tensor4D, [11, 11], true)
    },
  ),
  op('DeepLab dilated convolution by batches', [x, [3, 3, 4, 2]], (t, w) => {
    const apart = tf.spaceToBatchND(
      t,
      [2, 2],
      [
        [2, 2],
        [2, 2],
      ],
    ) as tf.Tensor4D
    return tf.batchToSpaceND(
      tf.conv2d(apart, w, 1, 'valid'),
      [2, 2],
      [
        [0, 0],
        [0, 0],
      ],
    )
  }),
  op('feature pyramid', [x, [1, 3, 3, 4], [1, 1, 4, 4], [3, 3, 4, 2]], (fine, coarse, lateral, smooth) =>
    conv(tf.add(conv(fine, lateral), tf.image.resizeNearestNeighbor(coarse, [6, 6])), smooth),
  ),
  op(
    'super-resolution by pixel shuffle',
    [
      [1, 4, 4, 2],
      [3, 3, 2, 8],
    ],
    (t, w) => tf.tanh(tf.depthToSpace(conv(t, w) as tf.Tensor4D, 2)),
  ),
  op('regions of interest', [x, [18, 3], beta(3)], (t, w, b) => {
    const boxes = tf.tensor2d([0.1, 0.2, 0.8, 0.9, 0, 0.1, 0.5, 0.6], [2, 4])
    const crops = tf.image.cropAndResize(tf.slice(t, [0, 0, 0, 0], [1, 6, 6, 2]) as tf.Tensor4D, boxes, [0, 0], [3, 3])
    return tf.softmax(tf.add(tf.matMul(tf.reshape(crops, [2, 18]), w), b))
  }),
  op(
    'VGG head',
    [[1, 4, 4, 3], spaced([3, 3, 3, 4], -0.3, 0.3, 4), beta(4), spaced([16, 5], -0.4, 0.3, 5), beta(5), [5, 3]],
    (t, w, b, dense1, b1, dense2) => {
      const map = tf.fused.conv2d({ x: t, filter: w, strides: 1, pad: 'same', bias: b, activation: 'relu' })
      const flat = tf.reshape(tf.maxPool(map, 2, 2, 'valid'), [1, 16]) as tf.Tensor2D
      const hidden = tf.fused.matMul({ a: flat, b: dense1, bias: b1, activation: 'relu' })
      return tf.softmax(tf.matMul(hidden, dense2))
    },
  ),
  op(
    'ViT block with its patches',
    [[1, 4, 4, 3], [2, 2, 3, 4], [1, 4], [5, 4], gamma(4), beta(4), ...attention, ...perceptron],
    (t, patches, token, places, g, b, qkv, out, w1, w2) => {
      const embedded = tf.reshape(tf.conv2d(t, patches, 2, 'valid'), [4, 4])
      const tokens = tf.add(tf.concat([token, embedded], 0), places)
      const mixed = tf.add(tokens, attend(layerNorm(tokens, g, b), qkv, out, 2))
      const whole = tf.add(mixed, tf.matMul(gelu(tf.matMul(layerNorm(mixed, g, b), w1)), w2))
      return tf.stridedSlice(whole, [0, 0], [1, 4], [1, 1], 0, 0, 0, 0, 1)
    },
  ),
  op(
    'BERT block with its embedding and mask',
    [[6, 4], [5, 4], gamma(4), beta(4), ...attention, ...perceptron],
    (words, places, g, b, qkv, out, w1, w2) => {
      const embedded = tf.gather(words, tf.tensor1d([3, 1, 5, 1, 0], 'int32'))
      const tokens = layerNorm(tf.add(embedded, places), g, b)
      const mask = tf.mul(tf.sub(1, tf.tensor([1, 1, 1, 1, 0], [1, 1, 5])), -1e4)
      const mixed = layerNorm(tf.add(tokens, attend(tokens, qkv, out, 2, mask)), g, b)
      return layerNorm(tf.add(mixed, tf.matMul(gelu(tf.matMul(mixed, w1)), w2)), g, b)
    },
  ),
  op(
    'attention by einsum',
    [
      [2, 3, 2, 2],
      [2, 4, 2, 2],
      [2, 4, 2, 2],
    ],
    (q, k, v) => tf.einsum('bhqk,bkhd->bqhd', tf.softmax(tf.einsum('bqhd,bkhd->bhqk', q, k)), v),
  ),
  op('Swin window shift', [x], (t) => {
    const rolled = tf.concat([tf.slice(t, [0, 2], [1, 4]), tf.slice(t, [0, 0], [1, 2])], 1)
    const apart = tf.transpose(tf.reshape(rolled, [1, 2, 3, 2, 3, 4]), [0, 1, 3, 2, 4, 5])
    return tf.square(tf.reshape(apart, [4, 9, 4]))
  }),
  op('basicLSTMCell', [[5, 8], [8], [1, 3], [1, 2], [1, 2]], (kernel, bias, t, c, h) => {
    const [cell, hidden] = tf.basicLSTMCell(tf.scalar(1), kernel, bias, t, c, h)
    return tf.concat([cell, hidden], 1)
  }),
  op(
    'WaveNet gate',
    [
      [1, 8, 2],
      [2, 2, 3],
      [2, 2, 3],
      [1, 3, 2],
    ],
    (t, filter, gate, out) => {
      const causal = tf.pad(t, [
        [0, 0],
        [2, 0],
        [0, 0],
      ]) as tf.Tensor3D
      const tap = (w: AnyTensor) => tf.conv1d(causal, w, 1, 'valid', 'NWC', 2)
      return tf.add(tf.conv1d(tf.mul(tf.tanh(tap(filter)), tf.sigmoid(tap(gate))) as tf.Tensor3D, out, 1, 'same'), t)
    },
  ),
  op('1-D network', [[1, 9, 2], [3, 2, 3], beta(3), [3, 2]], (t, w, b, dense) => {
    const maps = tf.relu(tf.add(tf.conv1d(t, w, 1, 'same'), b))
    const pooled = tf.maxPool(tf.expandDims(maps, 1) as tf.Tensor4D, [1, 3], [1, 3], 'valid')
    return tf.matMul(tf.mean(tf.squeeze(pooled, [1]), 1), dense)
  }),
  op('3-D network', [[1, 4, 4, 4, 1], [2, 2, 2, 1, 3], beta(3), [3, 2]], (t, w, b, dense) => {
    const maps = tf.relu(tf.add(tf.conv3d(t, w, 1, 'same'), b))
    return tf.matMul(tf.mean(tf.maxPool3d(maps as tf.Tensor5D, 2, 2, 'valid'), [1, 2, 3]), dense)
  }),
]
