import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { difference } from '../../test/networks.ts'
import { useBackend } from './use-backend.ts'

const there = await useBackend('tensorflow').then(
  () => true,
  () => false,
)

/** Few different values, so that windows have ties; all negative, so that padding would show where it must not. */
const numbers = (shape: number[], salt: number) =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => -5 + (((i * 7 + salt) * 31) % 11) / 3),
    shape,
  )
const bySides: [[number, number], [number, number], [number, number], [number, number]] = [
  [0, 0],
  [2, 1],
  [0, 1],
  [0, 0],
]
const image = [2, 7, 6, 3]

/** Each of an image and, if it has one, a filter. */
const operations: Record<string, { of: (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.Tensor; filter?: number[] }> = {}
for (const [name, pad] of [
  ['padding 1', 1],
  ['padding by sides', bySides],
] as const) {
  const filter = [3, 3, 3, 2]
  operations[`conv2d, ${name}`] = { of: (x, w) => tf.conv2d(x, w, 2, pad), filter }
  operations[`fused conv2d, ${name}`] = { of: (x, w) => tf.fused.conv2d({ x, filter: w, strides: 1, pad }), filter }
  operations[`depthwiseConv2d, ${name}`] = { of: (x, w) => tf.depthwiseConv2d(x, w, 2, pad), filter }
  operations[`maxPool, ${name}`] = { of: (x) => tf.maxPool(x, 3, 2, pad) }
  operations[`avgPool, ${name}`] = { of: (x) => tf.avgPool(x, 3, 2, pad) }
}
operations['conv2d, rounded up'] = {
  of: (x, w) => tf.conv2d(x, w, 2, 0, 'NHWC', 1, 'ceil'),
  filter: [2, 3, 3, 2],
}
for (const [name, of] of Object.entries({
  relu: tf.relu,
  relu6: tf.relu6,
  'leaky ReLU': (x: tf.Tensor) => tf.leakyRelu(x, 0.3),
  clipping: (x: tf.Tensor) => tf.clipByValue(x, -1, 0.5),
})) {
  // Moved, so that some are above zero.
  operations[name] = { of: (x) => of(tf.add(x, 4)) }
}
operations['maxPool, rounded up'] = { of: (x) => tf.maxPool(x, 2, 2, 0, 'ceil') }
operations['avgPool, rounded up'] = { of: (x) => tf.avgPool(x, 2, 2, 0, 'ceil') }

function valueAndGradients({ of, filter }: (typeof operations)[string]): Float32Array[] {
  return tf.tidy(() => {
    const inputs = [numbers(image, 1), ...(filter ? [numbers(filter, 2)] : [])]
    const f = (...given: tf.Tensor[]) => of(given[0] as tf.Tensor4D, given[1] as tf.Tensor4D)
    const y = f(...inputs)
    return [y, ...tf.grads(f)(inputs, numbers(y.shape, 3))].map((t) => t.dataSync() as Float32Array)
  })
}

describe.skipIf(!there)(
  'what tfjs-node refuses or is slow at, with the kernels of @explainnet/gradients (needs the native binding)',
  () => {
    it.each(Object.entries(operations))(
      '%s: value and gradients are those of cpu, and no tensor is left',
      async (_, one) => {
        await useBackend('cpu')
        const wanted = valueAndGradients(one)
        await useBackend('tensorflow')
        const before = tf.memory().numTensors
        const found = valueAndGradients(one)
        expect(tf.memory().numTensors).toBe(before)
        wanted.forEach((values, i) => {
          expect(difference(values, found[i]!)).toBeLessThan(1e-5)
        })
      },
    )

    it("a volume's gradient goes to the first of equal maxima", async () => {
      await useBackend('tensorflow')
      const gradient = tf.tidy(() => {
        const of = (x: tf.Tensor) => tf.maxPool3d(x as tf.Tensor5D, 2, 2, 'valid')
        return Array.from(
          tf
            .grad(of)(tf.zeros([1, 2, 2, 2, 1]))
            .dataSync(),
        )
      })
      expect(gradient).toEqual([1, 0, 0, 0, 0, 0, 0, 0])
    })
  },
)
