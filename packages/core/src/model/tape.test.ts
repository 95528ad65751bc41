import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
// Registers the gradients.
import '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { BackwardRule, NDArray, ScoreFunction, TapeCall } from '../api.ts'
import { randomStream } from '../random.ts'
import { fromFunction } from './function.ts'

function numbers(shape: number[], seed: number): NDArray {
  const stream = randomStream(seed)
  return { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).map(() => stream.normal()) }
}
const constant = ({ shape, data }: NDArray) => tf.tensor(data, [...shape])
const scoring = (score: (y: tf.Tensor) => tf.Tensor): ScoreFunction =>
  Object.assign((outputs: Record<string, tf.Tensor>) => score(outputs['output']!) as tf.Tensor1D, {
    space: 'logit' as const,
  })
const first = scoring((y) => tf.reshape(tf.slice(y, [0, 0], [-1, 1]), [-1]))
const total = scoring((y) => tf.sum(tf.reshape(y, [y.shape[0]!, -1]), 1))

const w = numbers([4, 3], 1)
const b = numbers([3], 2)
const filter = numbers([3, 3, 2, 3], 3)
const depthwise = numbers([3, 3, 2, 2], 4)
const x = numbers([2, 4], 5)
const image = numbers([2, 5, 5, 2], 6)

const dense = fromFunction(
  (input: tf.Tensor) =>
    tf.relu(tf.fused.matMul({ a: input as tf.Tensor2D, b: constant(w) as tf.Tensor2D, bias: constant(b) })),
  { inputs: [null, 4], outputs: [null, 3] },
)
const convolution = fromFunction(
  (input: tf.Tensor) =>
    tf.fused.conv2d({
      x: input as tf.Tensor4D,
      filter: constant(filter) as tf.Tensor4D,
      strides: 2,
      pad: 'same',
      bias: constant(b),
    }),
  { inputs: [null, 5, 5, 2], outputs: [null, 3, 3, 3] },
)

async function kernelsOf(run: () => Promise<unknown>): Promise<string[]> {
  const { kernels } = await tf.profile(async () => {
    await run()
    return tf.scalar(0)
  })
  return kernels.map(({ name }) => name)
}

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-5) {
  expect(found.length).toBe(wanted.length)
  for (let i = 0; i < found.length; i++) expect(Math.abs(found[i]! - wanted[i]!)).toBeLessThan(tolerance)
}

describe.each(['cpu', 'wasm'])('the intercepted tape on %s', (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true)
    await tf.ready()
  })

  it('differentiates a fused dense layer exactly, without its weight gradients', async () => {
    let gradient: Float32Array | undefined
    const kernels = await kernelsOf(async () => {
      gradient = (await dense.scoreAndGradient({ input: x }, first)).gradients['input']!.data
    })
    const wanted: number[] = []
    for (let row = 0; row < 2; row++) {
      const pre = b.data[0]! + [0, 1, 2, 3].reduce((sum, i) => sum + x.data[row * 4 + i]! * w.data[i * 3]!, 0)
      for (let i = 0; i < 4; i++) wanted.push(pre > 0 ? w.data[i * 3]! : 0)
    }
    expectClose(gradient!, wanted)
    expect(kernels.filter((name) => name === 'BatchMatMul')).toHaveLength(1)
  })

  it('differentiates a fused convolution as the engine does, without its filter gradient', async () => {
    let gradient: Float32Array | undefined
    const kernels = await kernelsOf(async () => {
      gradient = (await convolution.scoreAndGradient({ input: image }, total)).gradients['input']!.data
    })
    expect(kernels).toContain('FusedConv2D')
    expect(kernels).toContain('Conv2DBackpropInput')
    expect(kernels).not.toContain('Conv2DBackpropFilter')
    const wanted = tf.tidy(() =>
      tf
        .grad((input) => tf.sum(tf.conv2d(input as tf.Tensor4D, constant(filter) as tf.Tensor4D, 2, 'same')))(
          constant(image),
        )
        .dataSync(),
    )
    expectClose(gradient!, wanted)
  })

  it('shows a rule the fused kernel with named inputs, rows first', async () => {
    const calls: TapeCall[] = []
    const shapes: Record<string, number[]>[] = []
    const look: BackwardRule = (call, dy) => {
      calls.push(call)
      shapes.push({
        ...Object.fromEntries(Object.entries(call.inputs).map(([name, { shape }]) => [name, shape])),
        output: call.output.shape,
        dy: dy.shape,
      })
      return undefined
    }
    const plain = await dense.scoreAndGradient({ input: x }, first)
    const watched = await dense.scoreAndGradient({ input: x }, first, { rule: look })
    expectClose(watched.gradients['input']!.data, plain.gradients['input']!.data, 1e-7)
    const at = calls.findIndex(({ op }) => op === '_FusedMatMul')
    expect(shapes[at]).toEqual({ a: [2, 4], b: [4, 3], bias: [3], output: [2, 3], dy: [2, 3] })
    expect(calls[at]!.attrs['transposeB']).toBe(false)
    expect(calls[at]!.occurrence).toBe(0)
  })

  it('applies a rule to a rectifier: guided backpropagation in closed form', async () => {
    const twoLayers = fromFunction(
      (input: tf.Tensor) => tf.neg(tf.relu(tf.mul(tf.relu(input), constant(numbers([4], 8))))),
      {
        inputs: [null, 4],
        outputs: [null, 4],
      },
    )
    const guided: BackwardRule = ({ op, output }, dy) =>
      op === 'Relu' ? { x: () => tf.mul(tf.mul(dy, tf.step(output)), tf.step(dy)) } : undefined
    const { gradients } = await twoLayers.scoreAndGradient({ input: x }, total, { rule: guided })
    // dy is −1 everywhere, so that nothing passes.
    expect([...gradients['input']!.data].every((value) => value === 0)).toBe(true)
    const { gradients: free } = await twoLayers.scoreAndGradient({ input: x }, total)
    expect([...free['input']!.data].some((value) => value !== 0)).toBe(true)
  })

  it('conserves relevance under an ε rule on a fused dense layer', async () => {
    const linear = fromFunction(
      (input: tf.Tensor) => tf.fused.matMul({ a: input as tf.Tensor2D, b: constant(w) as tf.Tensor2D }),
      { inputs: [null, 4], outputs: [null, 3] },
    )
    // Relevance as input × modified gradient: dividing by the output and multiplying by it again changes nothing.
    const rule: BackwardRule = ({ op, inputs, output }, dy) =>
      op === '_FusedMatMul'
        ? { a: () => tf.matMul(tf.div(tf.mul(dy, output), tf.add(output, 1e-9)), inputs['b']!, false, true) }
        : undefined
    const { gradients, scores } = await linear.scoreAndGradient({ input: x }, first, { rule })
    for (let row = 0; row < 2; row++) {
      const sum = [0, 1, 2, 3].reduce((s, i) => s + x.data[row * 4 + i]! * gradients['input']!.data[row * 4 + i]!, 0)
      expect(sum).toBeCloseTo(scores[row]!, 4)
    }
  })

  it('pairs rows with reference rows, and leaves weights whole', async () => {
    const reference = numbers([2, 4], 7)
    // DeepLIFT's rescale rule.
    const rescale: BackwardRule = ({ op, inputs, output, paired }, dy) => {
      if (op === '_FusedMatMul') {
        expect(paired!.inputs['b']!.shape).toEqual([4, 3])
        expect(inputs['b']!.shape).toEqual([4, 3])
        expect(inputs['a']!.shape).toEqual([2, 4])
      }
      if (op !== 'Relu') return undefined
      return { x: () => tf.mul(dy, tf.div(tf.sub(output, paired!.output), tf.sub(inputs['x']!, paired!.inputs['x']!))) }
    }
    const { gradients, scores } = await dense.scoreAndGradient({ input: x }, total, {
      rule: rescale,
      reference: { input: reference },
    })
    expect(gradients['input']!.shape).toEqual([2, 4])
    const base = await dense.scoreAndGradient({ input: reference }, total)
    for (let row = 0; row < 2; row++) {
      let sum = 0
      for (let i = row * 4; i < row * 4 + 4; i++)
        sum += (x.data[i]! - reference.data[i]!) * gradients['input']!.data[i]!
      expect(sum).toBeCloseTo(scores[row]! - base.scores[row]!, 4)
    }
  })

  it('takes a rule that hands the gradient through, also where two paths meet', async () => {
    const model = fromFunction((input: tf.Tensor) => tf.add(tf.relu(input), tf.relu(tf.neg(input))), {
      inputs: [null, 4],
      outputs: [null, 4],
    })
    const through: BackwardRule = ({ op }, dy) =>
      op === 'Relu' || op === 'Add' ? { x: () => dy, a: () => dy, b: () => dy } : undefined
    const only: BackwardRule = (call, dy) => {
      const given = through(call, dy)
      return given && Object.fromEntries(Object.entries(given).filter(([name]) => name in call.inputs))
    }
    const { gradients } = await model.scoreAndGradient({ input: x }, total, { rule: only })
    expect([...gradients['input']!.data]).toEqual(new Array(8).fill(0))
  })

  it('counts the runs of an operation from 0', async () => {
    const seen: number[] = []
    const model = fromFunction((input: tf.Tensor) => tf.relu(tf.neg(tf.relu(tf.neg(tf.relu(input))))), {
      inputs: [null, 4],
      outputs: [null, 4],
    })
    await model.scoreAndGradient({ input: x }, total, {
      rule: ({ op, occurrence }) => {
        if (op === 'Relu') seen.push(occurrence)
        return undefined
      },
    })
    expect(seen).toEqual([2, 1, 0])
  })

  it('names the operation that has no gradient', async () => {
    const model = fromFunction((input: tf.Tensor) => tf.stridedSlice(input, [0, 0], [2, 4], [1, 2]), {
      inputs: [null, 4],
      outputs: [null, 2],
    })
    await expect(model.scoreAndGradient({ input: x }, total)).rejects.toMatchObject({
      code: 'no-gradient-for-op',
      message: expect.stringContaining('StridedSlice'),
    })
  })

  it('takes the gradient of a comparison as the zero that it is, and ends at integers', async () => {
    const model = fromFunction(
      (input: tf.Tensor) => tf.where(tf.greater(input, 0), tf.mul(input, 3), tf.mul(input, 2)),
      {
        inputs: [null, 4],
        outputs: [null, 4],
      },
    )
    const { gradients } = await model.scoreAndGradient({ input: x }, total)
    expectClose(
      gradients['input']!.data,
      x.data.map((value) => (value > 0 ? 3 : 2)),
    )
  })

  it('keeps the gradient of an operation with a custom one', async () => {
    const twice = tf.customGrad((value) => {
      const input = value as tf.Tensor
      return { value: tf.mul(input, 1), gradFunc: (dy: tf.Tensor) => tf.mul(dy, 2) }
    })
    const model = fromFunction((input: tf.Tensor) => twice(input), { inputs: [null, 4], outputs: [null, 4] })
    const { gradients } = await model.scoreAndGradient({ input: x }, total, { rule: () => undefined })
    expect([...gradients['input']!.data]).toEqual(new Array(8).fill(2))
  })

  it('follows a model that differentiates something itself', async () => {
    // f = Σ ∂(x³)/∂x = 3x², so ∂f/∂x = 6x.
    const model = fromFunction((input: tf.Tensor) => tf.grad((z) => tf.mul(z, tf.square(z)))(input), {
      inputs: [null, 4],
      outputs: [null, 4],
    })
    const { gradients } = await model.scoreAndGradient({ input: x }, total)
    expectClose(
      gradients['input']!.data,
      x.data.map((value) => 6 * value),
      1e-4,
    )
  })

  it('gives zeros where the score does not depend on the input', async () => {
    const model = fromFunction((input: tf.Tensor) => tf.zerosLike(input), { inputs: [null, 4], outputs: [null, 4] })
    const { gradients } = await model.scoreAndGradient({ input: x }, total)
    expect([...gradients['input']!.data]).toEqual(new Array(8).fill(0))
  })

  it('refuses a pass inside a pass, and one inside tf.grad', async () => {
    let inner: Promise<unknown> | undefined
    const model = fromFunction(
      (input: tf.Tensor) => {
        inner ??= dense.scoreAndGradient({ input: x }, first)
        inner.catch(() => undefined)
        return input
      },
      { inputs: [null, 4], outputs: [null, 4] },
    )
    await model.scoreAndGradient({ input: x }, total)
    await expect(inner).rejects.toMatchObject({ code: 'nested-pass' })
  })

  it('restores the engine and leaves no tensor behind on success, on a throw forward, and on a throw backward', async () => {
    const engine = tf.engine()
    const before = tf.memory().numTensors
    const fail = () => {
      throw new Error('broken')
    }
    const rule: BackwardRule = ({ op }) => (op === 'Relu' ? { x: fail } : undefined)
    const reference = { input: numbers([2, 4], 7) }
    await dense.scoreAndGradient({ input: x }, first, { rule: () => undefined, reference })
    await expect(dense.scoreAndGradient({ input: x }, scoring(fail))).rejects.toThrow('broken')
    await expect(dense.scoreAndGradient({ input: x }, first, { rule, reference })).rejects.toThrow('broken')
    await expect(
      dense.scoreAndGradient(
        { input: x },
        scoring((y) => y),
      ),
    ).rejects.toMatchObject({ code: 'bad-shape' })
    expect(Object.hasOwn(engine, 'addTapeNode')).toBe(false)
    expect(Object.hasOwn(engine, 'runKernel')).toBe(false)
    expect(Object.hasOwn(engine, 'clone')).toBe(false)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('refuses a rule whose gradient has the wrong shape or an unknown name', async () => {
    const wrong = (gradients: Record<string, () => tf.Tensor>) =>
      dense.scoreAndGradient({ input: x }, first, { rule: ({ op }) => (op === 'Relu' ? gradients : undefined) })
    await expect(wrong({ x: () => tf.zeros([2, 4]) })).rejects.toMatchObject({ code: 'bad-method' })
    await expect(wrong({ y: () => tf.zeros([2, 3]) })).rejects.toMatchObject({ code: 'bad-method' })
  })

  it('says so when no gradients are registered', async () => {
    const relu = tf.getGradient('Relu')
    tf.unregisterGradient('Relu')
    try {
      await expect(dense.scoreAndGradient({ input: x }, first)).rejects.toMatchObject({
        code: 'gradients-not-registered',
      })
    } finally {
      tf.registerGradient(relu)
    }
  })

  it('differentiates a fused depthwise convolution where the backend can, without its filter gradient', async () => {
    const model = fromFunction(
      (input: tf.Tensor) =>
        tf.fused.depthwiseConv2d({
          x: input as tf.Tensor4D,
          filter: constant(depthwise) as tf.Tensor4D,
          strides: 1,
          pad: 'valid',
        }),
      { inputs: [null, 5, 5, 2], outputs: [null, 3, 3, 4] },
    )
    const run = () => model.scoreAndGradient({ input: image }, total)
    if (backend === 'wasm') {
      await expect(run()).rejects.toMatchObject({
        code: 'no-gradient-for-op',
        message: expect.stringContaining('FusedDepthwiseConv2D'),
      })
      return
    }
    const kernels = await kernelsOf(run)
    expect(kernels).toContain('DepthwiseConv2dNativeBackpropInput')
    expect(kernels).not.toContain('DepthwiseConv2dNativeBackpropFilter')
    // A linear score: gradient · x = score, whatever the kernel does.
    const { scores, gradients } = await run()
    for (let row = 0; row < 2; row++) {
      let dot = 0
      for (let i = row * 50; i < row * 50 + 50; i++) dot += image.data[i]! * gradients['input']!.data[i]!
      expect(dot).toBeCloseTo(scores[row]!, 3)
    }
  })

  if (backend === 'wasm') {
    it('refuses an intermediate tensor at address zero', async () => {
      const map = (tf.backend() as unknown as { dataIdMap: { get(id: object): { memoryOffset: number } } }).dataIdMap
      const multiply = tf.getKernel('Multiply', 'wasm')
      tf.unregisterKernel('Multiply', 'wasm')
      tf.registerKernel({
        ...multiply,
        kernelFunc(parameters) {
          const output = multiply.kernelFunc(parameters) as tf.TensorInfo
          map.get(output.dataId).memoryOffset = 0
          return output
        },
      })
      const model = fromFunction((input: tf.Tensor) => tf.neg(tf.mul(input, 2)), {
        inputs: [null, 4],
        outputs: [null, 4],
      })
      try {
        await expect(model.predict({ input: x }, { space: 'logit' })).rejects.toMatchObject({ code: 'backend-lost' })
      } finally {
        tf.unregisterKernel('Multiply', 'wasm')
        tf.registerKernel(multiply)
      }
      expect(Object.hasOwn(tf.engine(), 'runKernel')).toBe(false)
    })

    it('refuses a tensor at address zero, where wasm ran out of memory', async () => {
      const map = (tf.backend() as unknown as { dataIdMap: { get(id: object): { memoryOffset: number } } }).dataIdMap
      const model = fromFunction(
        (input: tf.Tensor) => {
          const out = tf.mul(input, 2)
          map.get(out.dataId).memoryOffset = 0
          return out
        },
        { inputs: [null, 4], outputs: [null, 4] },
      )
      await expect(model.predict({ input: x }, { space: 'logit' })).rejects.toMatchObject({ code: 'backend-lost' })
      await expect(model.scoreAndGradient({ input: x }, total)).rejects.toMatchObject({ code: 'backend-lost' })
    })
  }
})
