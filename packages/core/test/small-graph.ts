import * as tfc from '@tensorflow/tfjs-converter'
import * as tf from '@tensorflow/tfjs-core'
import type { NDArray } from '../src/api.ts'
import { randomStream } from '../src/random.ts'

const text = (value: string) => ({ s: btoa(value) })
const type = { T: { type: 'DT_FLOAT' } }
const window = (side: number, stride: number, padding: string) => ({
  ...type,
  strides: { list: { i: [1, stride, stride, 1].map(String) } },
  ...(side ? { ksize: { list: { i: [1, side, side, 1].map(String) } } } : {}),
  dilations: { list: { i: ['1', '1', '1', '1'] } },
  padding: text(padding),
  data_format: text('NHWC'),
})
const fused = (...ops: string[]) => ({
  fused_ops: { list: { s: ops.map((op) => btoa(op)) } },
  num_args: { i: '1' },
})
const shape = (...sides: number[]) => ({ shape: { dim: sides.map((size) => ({ size: String(size) })) } })

export function numbers(sides: number[], seed: number): NDArray {
  const stream = randomStream(seed)
  return { shape: sides, data: new Float32Array(sides.reduce((a, b) => a * b, 1)).map(() => 0.5 * stream.normal()) }
}
export const weights: Record<string, NDArray> = {
  w1: numbers([3, 3, 2, 4], 1),
  b1: numbers([4], 2),
  w2: numbers([1, 1, 4, 4], 3),
  b2: numbers([4], 4),
  w3: numbers([4, 3], 5),
  b3: numbers([3], 6),
}

// conv (linear) → conv (relu) ─┬→ + → max pool → mean → dense → softmax → reshape, as the converter writes it.
//        └─────────────────────┘
function topology(last: object[], image: number[]) {
  const node = (name: string, op: string, input: string[], attr: object) => ({ name, op, input, attr })
  const constants = Object.entries(weights).map(([name, { shape: sides }]) =>
    node(name, 'Const', [], {
      dtype: { type: 'DT_FLOAT' },
      value: { tensor: { dtype: 'DT_FLOAT', tensorShape: shape(...sides).shape } },
    }),
  )
  return {
    node: [
      node('image', 'Placeholder', [], { dtype: { type: 'DT_FLOAT' }, ...{ shape: shape(...image) } }),
      ...constants,
      node('axes', 'Const', [], {
        dtype: { type: 'DT_INT32' },
        value: { tensor: { dtype: 'DT_INT32', tensorShape: shape(2).shape } },
      }),
      node('target', 'Const', [], {
        dtype: { type: 'DT_INT32' },
        value: { tensor: { dtype: 'DT_INT32', tensorShape: shape(2).shape } },
      }),
      node('conv1', '_FusedConv2D', ['image', 'w1', 'b1'], { ...window(0, 1, 'SAME'), ...fused('BiasAdd') }),
      node('conv2', '_FusedConv2D', ['conv1', 'w2', 'b2'], { ...window(0, 1, 'SAME'), ...fused('BiasAdd', 'Relu') }),
      node('sum', 'AddV2', ['conv1', 'conv2'], type),
      node('pool', 'MaxPool', ['sum'], window(2, 2, 'VALID')),
      node('mean', 'Mean', ['pool', 'axes'], { ...type, keep_dims: { b: false } }),
      node('logits', '_FusedMatMul', ['mean', 'w3', 'b3'], {
        ...type,
        ...fused('BiasAdd'),
        transpose_a: { b: false },
        transpose_b: { b: false },
      }),
      node('softmax', 'Softmax', ['logits'], type),
      node('out', 'Reshape', ['softmax', 'target'], type),
      ...last,
    ],
    versions: { producer: 1 },
  }
}

/** A small converted network, fused ops included. */
export async function loadGraph(last: object[] = [], sides = [-1, 6, 6, 2]) {
  const specs = Object.entries(weights).map(([name, { shape: sides }]) => ({
    name,
    shape: [...sides],
    dtype: 'float32' as const,
  }))
  const ints = [
    { name: 'axes', shape: [2], dtype: 'int32' as const },
    { name: 'target', shape: [2], dtype: 'int32' as const },
  ]
  const buffers = [...Object.values(weights).map(({ data }) => data), Int32Array.of(1, 2), Int32Array.of(-1, 3)]
  const bytes = new Uint8Array(buffers.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let offset = 0
  for (const part of buffers) {
    bytes.set(new Uint8Array(part.buffer), offset)
    offset += part.byteLength
  }
  return await tfc.loadGraphModel(
    tf.io.fromMemory({
      modelTopology: topology(last, sides),
      weightSpecs: [...specs, ...ints],
      weightData: bytes.buffer,
    }),
  )
}
