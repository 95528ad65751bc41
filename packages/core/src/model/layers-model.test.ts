import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { LayeredModel, NamedArrays, NDArray, ScoreFunction } from '../api.ts'
import { randomStream } from '../random.ts'
import { fromLayersModel } from './layers-model.ts'

const init = (seed: number) => tfl.initializers.randomNormal({ stddev: 0.5, seed })

function array(shape: number[], seed = 1): NDArray {
  const stream = randomStream(seed)
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1)).map(() => stream.normal())
  return { shape, data }
}

const classScore = (index: number, space: 'logit' | 'probability' = 'logit', output?: string): ScoreFunction =>
  Object.assign(
    (outputs: Record<string, tf.Tensor>) => {
      const y = output ? outputs[output]! : Object.values(outputs)[0]!
      return tf.reshape(tf.slice(y, [0, index], [-1, 1]), [-1]) as tf.Tensor1D
    },
    { space },
  )

/** Central differences of the score in double-checked steps; only a few coordinates of each input. */
async function expectGradient(model: LayeredModel, inputs: NamedArrays, score: ScoreFunction, tolerance = 2e-2) {
  const { scores, gradients } = await model.scoreAndGradient(inputs, score)
  const at = async (changed: NamedArrays) => (await model.scoreAndGradient(changed, score)).scores
  expect(scores.length).toBe(Object.values(inputs)[0]!.shape[0])
  // Small, so that no rectifier switches in between.
  const h = 2e-3
  for (const [name, gradient] of Object.entries(gradients)) {
    const { shape, data } = inputs[name]!
    expect(gradient.shape).toEqual(shape)
    for (let k = 0; k < 6; k++) {
      const i = (k * 7919) % data.length
      const row = Math.floor((i * shape[0]!) / data.length)
      const moved = (d: number) => {
        const copy = data.slice()
        copy[i]! += d
        return { ...inputs, [name]: { shape, data: copy } }
      }
      const difference = ((await at(moved(h)))[row]! - (await at(moved(-h)))[row]!) / (2 * h)
      expect(Math.abs(gradient.data[i]! - difference)).toBeLessThan(tolerance * Math.max(1, Math.abs(difference)))
    }
  }
}

const smallCnn = () =>
  tfl.sequential({
    layers: [
      tfl.layers.conv2d({
        inputShape: [6, 6, 2],
        filters: 3,
        kernelSize: 3,
        kernelInitializer: init(1),
        name: 'linear',
      }),
      tfl.layers.activation({ activation: 'tanh', name: 'tanh' }),
      tfl.layers.conv2d({
        filters: 4,
        kernelSize: 3,
        activation: 'relu',
        padding: 'same',
        kernelInitializer: init(2),
        name: 'conv',
      }),
      tfl.layers.flatten({ name: 'flatten' }),
      tfl.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: init(3), name: 'out' }),
    ],
  })

describe.each(['cpu', 'wasm'])('fromLayersModel on %s', (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true)
    await tf.ready()
  })

  it('gives the gradient of a class logit and of a class probability', async () => {
    const model = fromLayersModel(smallCnn())
    expect(model.finalActivation).toBe('softmax')
    const inputs = { [model.inputs[0]!.name]: array([2, 6, 6, 2]) }
    await expectGradient(model, inputs, classScore(1))
    await expectGradient(model, inputs, classScore(1, 'probability'))
  })

  it('leaves the softmax out in logit space and puts it back', async () => {
    const inner = smallCnn()
    const model = fromLayersModel(inner)
    const inputs = { [model.inputs[0]!.name]: array([2, 6, 6, 2]) }
    const before = tf.memory().numTensors
    const logits = Object.values(await model.predict(inputs, { space: 'logit' }))[0]!
    const probabilities = Object.values(await model.predict(inputs, { space: 'probability' }))[0]!
    const softmax = tf.tidy(() => tf.softmax(tf.tensor(logits.data, [2, 3])).dataSync())
    for (const [i, p] of probabilities.data.entries()) expect(p).toBeCloseTo(softmax[i]!, 5)
    expect(Object.hasOwn(inner.layers[0]!, 'call')).toBe(false)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('runs no kernel for filter gradients, whether the convolution is fused or not', async () => {
    const model = fromLayersModel(smallCnn())
    const { kernels } = await tf.profile(async () => {
      await model.scoreAndGradient({ [model.inputs[0]!.name]: array([2, 6, 6, 2]) }, classScore(1))
      return tf.scalar(0)
    })
    const names = kernels.map(({ name }) => name)
    expect(names.filter((name) => name === 'FusedConv2D')).toHaveLength(1)
    expect(names.filter((name) => name === 'Conv2DBackpropInput')).toHaveLength(2)
    expect(names.filter((name) => name.includes('BackpropFilter'))).toEqual([])
    expect(names.filter((name) => name === 'BatchMatMul')).toHaveLength(1)
  })

  it('refuses a model of another copy of tfjs-core, and what is no model', () => {
    const foreign = smallCnn()
    const [weight] = foreign.weights
    weight!.read = () => ({ shape: [1] }) as unknown as tf.Tensor
    expect(() => fromLayersModel(foreign)).toThrow(/another copy/)
    expect(() => fromLayersModel({} as tfl.LayersModel)).toThrow(/not a built LayersModel/)
  })

  it('differentiates any topology: shared layers, nested models, branches, several inputs and outputs', async () => {
    const { wrapped } = branching()
    const model = fromLayersModel(wrapped)
    expect(model.inputs.map(({ name, axes }) => [name, axes])).toEqual([
      ['left', ['batch', 'feature']],
      ['right', ['batch', 'feature']],
    ])
    expect(model.outputs.map(({ name }) => name)).toEqual(['class', 'size'])
    const inputs = { left: array([2, 4], 3), right: array([2, 4], 4) }
    await expectGradient(model, inputs, classScore(2, 'logit', 'class'))
    await expectGradient(model, inputs, classScore(0, 'logit', 'size'))
  })

  it('lists layers in run order, nested ones by path, with calls and sources', () => {
    const { wrapped } = branching()
    const layers = fromLayersModel(wrapped).layers()
    const byName = Object.fromEntries(layers.map((layer) => [layer.name, layer]))
    expect(byName['shared']).toEqual({
      name: 'shared',
      type: 'Dense',
      shape: [null, 5],
      calls: 2,
      spatial: false,
      from: expect.arrayContaining(['left', 'right']),
    })
    expect(byName['body/hidden']).toMatchObject({ type: 'Dense', from: ['merge'] })
    expect(byName['body']).toMatchObject({ type: 'Sequential', from: ['body/last'] })
    expect(byName['class']!.from).toEqual(['body'])
    const order = layers.map(({ name }) => name)
    for (const layer of layers) {
      for (const source of layer.from) expect(order.indexOf(source)).toBeLessThan(order.indexOf(layer.name))
    }
  })

  it('tells the calls of a shared layer apart, and gives activation and gradient at each', async () => {
    const { wrapped, shared } = branching()
    const model = fromLayersModel(wrapped)
    const inputs = { left: array([2, 4], 3), right: array([2, 4], 4) }
    const score = classScore(2, 'logit', 'class')
    const whole = await model.scoreAndGradient(inputs, score)
    const [kernel, bias] = shared.getWeights()
    const activations = new Set<string>()
    for (const call of [0, 1]) {
      const found = await model.layerScoreAndGradient(inputs, score, { name: 'shared', call })
      expect([...found.scores]).toEqual([...whole.scores])
      const alone = await model.activation(inputs, { name: 'shared', call })
      expect([...alone.data]).toEqual([...found.activation.data])
      // Which input it came from, and the chain rule back to it, in plain operations.
      const side = (['left', 'right'] as const).find((name) =>
        tf.tidy(() => {
          const direct = tf.relu(tf.add(tf.matMul(tf.tensor2d(inputs[name].data, [2, 4]), kernel!), bias!)).dataSync()
          return direct.every((value, i) => Math.abs(value - found.activation.data[i]!) < 1e-6)
        }),
      )!
      activations.add(side)
      const back = tf.tidy(() =>
        tf
          .matMul(
            tf.mul(
              tf.tensor2d(found.gradient.data, [2, 5]),
              tf.step(tf.tensor2d(found.activation.data, [2, 5])),
            ) as tf.Tensor2D,
            kernel! as tf.Tensor2D,
            false,
            true,
          )
          .dataSync(),
      )
      const wanted = whole.gradients[side]!.data
      for (let i = 0; i < back.length; i++) expect(back[i]!).toBeCloseTo(wanted[i]!, 5)
    }
    expect(activations.size).toBe(2)
  })

  it('gives the gradient at a nested layer and at an input layer', async () => {
    const { wrapped } = branching()
    const model = fromLayersModel(wrapped)
    const inputs = { left: array([2, 4], 3), right: array([2, 4], 4) }
    const score = classScore(2, 'logit', 'class')
    const whole = await model.scoreAndGradient(inputs, score)
    const atInput = await model.layerScoreAndGradient(inputs, score, { name: 'left' })
    expect([...atInput.gradient.data]).toEqual([...whole.gradients['left']!.data])
    expect([...atInput.activation.data]).toEqual([...inputs.left.data])
    const nested = await model.layerScoreAndGradient(inputs, score, { name: 'body/last' })
    const outer = await model.layerScoreAndGradient(inputs, score, { name: 'body' })
    expect(nested.gradient.shape).toEqual([2, 4])
    expect([...outer.gradient.data]).toEqual([...nested.gradient.data])
  })

  it('finds a softmax inside a nested model, as a layer of its own, and before a Reshape', async () => {
    const nested = tfl.sequential({
      layers: [
        tfl.layers.dense({ inputShape: [4], units: 3, kernelInitializer: init(1) }),
        tfl.layers.softmax({ axis: -1, name: 'softmax' }),
      ],
      name: 'nested',
    })
    const outer = tfl.sequential({ layers: [nested, tfl.layers.reshape({ targetShape: [3] })] })
    const model = fromLayersModel(outer)
    expect(model.finalActivation).toBe('softmax')
    const inputs = { [model.inputs[0]!.name]: array([2, 4]) }
    const logits = Object.values(await model.predict(inputs, { space: 'logit' }))[0]!.data
    const kernel = nested.layers[0]!.getWeights()[0]!
    const wanted = tf.tidy(() => tf.matMul(tf.tensor2d(Object.values(inputs)[0]!.data, [2, 4]), kernel).dataSync())
    for (let i = 0; i < 6; i++) expect(logits[i]!).toBeCloseTo(wanted[i]!, 5)
    const again = Object.values(await model.predict(inputs, { space: 'probability' }))[0]!.data
    expect(again[0]! + again[1]! + again[2]!).toBeCloseTo(1, 5)
  })

  it('leaves the softmax on where the same layer runs earlier, inside the network', async () => {
    const input = tfl.input({ shape: [3], name: 'x' })
    const twice = tfl.layers.activation({ activation: 'softmax', name: 'twice' })
    const dense = tfl.layers.dense({ units: 3, kernelInitializer: init(5), useBias: false })
    const once = twice.apply(input) as tfl.SymbolicTensor
    const inner = tfl.model({ inputs: input, outputs: twice.apply(dense.apply(once)) as tfl.SymbolicTensor })
    const model = fromLayersModel(inner)
    const x = array([2, 3])
    const logits = (await model.predict({ x }, { space: 'logit' }))['twice']!.data
    const wanted = tf.tidy(() =>
      tf.matMul(tf.softmax(tf.tensor2d(x.data, [2, 3])), dense.getWeights()[0]! as tf.Tensor2D).dataSync(),
    )
    for (let i = 0; i < 6; i++) expect(logits[i]!).toBeCloseTo(wanted[i]!, 5)
  })

  it('leaves the softmax off the last run of a nested model only', async () => {
    const nested = tfl.sequential({
      layers: [
        tfl.layers.dense({
          inputShape: [3],
          units: 3,
          useBias: false,
          activation: 'softmax',
          kernelInitializer: init(5),
        }),
      ],
    })
    const input = tfl.input({ shape: [3], name: 'x' })
    const model = fromLayersModel(
      tfl.model({ inputs: input, outputs: nested.apply(nested.apply(input)) as tfl.SymbolicTensor }),
    )
    const x = array([2, 3])
    const logits = Object.values(await model.predict({ x }, { space: 'logit' }))[0]!.data
    const kernel = nested.getWeights()[0]! as tf.Tensor2D
    const wanted = tf.tidy(() =>
      tf.matMul(tf.softmax(tf.matMul(tf.tensor2d(x.data, [2, 3]), kernel)), kernel).dataSync(),
    )
    for (let i = 0; i < 6; i++) expect(logits[i]!).toBeCloseTo(wanted[i]!, 5)
  })

  it('counts only what reads the layer, where the layer hands its input through', async () => {
    const input = tfl.input({ shape: [3], name: 'x' })
    const start = tfl.layers.activation({ activation: 'linear', name: 'start' }).apply(input) as tfl.SymbolicTensor
    const dropped = tfl.layers.dropout({ rate: 0.5, name: 'dropout' }).apply(start) as tfl.SymbolicTensor
    const sum = tfl.layers.add().apply([dropped, start]) as tfl.SymbolicTensor
    const model = fromLayersModel(tfl.model({ inputs: input, outputs: sum }))
    const score = classScore(0)
    const at = async (name: string) =>
      (await model.layerScoreAndGradient({ x: array([1, 3]) }, score, { name })).gradient
    expect([...(await at('dropout')).data]).toEqual([1, 0, 0])
    expect([...(await at('start')).data]).toEqual([2, 0, 0])
    expect([...(await at('x')).data]).toEqual([2, 0, 0])
  })

  it('differentiates a batch normalisation with and without a scale', async () => {
    for (const scale of [true, false]) {
      const normalised = tfl.sequential({
        layers: [
          tfl.layers.dense({ inputShape: [4, 4, 3], units: 2, kernelInitializer: init(13) }),
          tfl.layers.batchNormalization({
            scale,
            movingVarianceInitializer: tfl.initializers.constant({ value: 3 }),
            movingMeanInitializer: init(14),
            ...(scale ? { gammaInitializer: init(15) } : {}),
          }),
          tfl.layers.activation({ activation: 'tanh' }),
          tfl.layers.flatten(),
          tfl.layers.dense({ units: 2, kernelInitializer: init(16) }),
        ],
      })
      const model = fromLayersModel(normalised)
      const before = tf.memory().numTensors
      await expectGradient(model, { [model.inputs[0]!.name]: array([2, 4, 4, 3]) }, classScore(1))
      expect(tf.memory().numTensors).toBe(before)
    }
  })

  it('reads a single sigmoid unit as two classes, and logits by the card', async () => {
    const binary = tfl.sequential({
      layers: [tfl.layers.dense({ inputShape: [4], units: 1, activation: 'sigmoid', kernelInitializer: init(6) })],
    })
    const model = fromLayersModel(binary)
    expect(model.finalActivation).toBe('binary-sigmoid')
    const inputs = { [model.inputs[0]!.name]: array([2, 4]) }
    const logit = Object.values(await model.predict(inputs, { space: 'logit' }))[0]!
    const p = Object.values(await model.predict(inputs, { space: 'probability' }))[0]!
    expect(logit.shape).toEqual([2, 1])
    expect(p.data[0]).toBeCloseTo(1 / (1 + Math.exp(-logit.data[0]!)), 5)

    const raw = tfl.sequential({
      layers: [tfl.layers.dense({ inputShape: [4], units: 3, kernelInitializer: init(7) })],
    })
    expect(fromLayersModel(raw).finalActivation).toBe('none')
    const byCard = fromLayersModel(raw, { card: { output: 'logits' } })
    expect(byCard.finalActivation).toBe('softmax')
    const sums = Object.values(
      await byCard.predict({ [byCard.inputs[0]!.name]: array([1, 4]) }, { space: 'probability' }),
    )[0]!.data
    expect(sums[0]! + sums[1]! + sums[2]!).toBeCloseTo(1, 5)
  })

  it('takes token indices as integers, without a gradient, and explains at the embedding', async () => {
    const text = tfl.sequential({
      layers: [
        tfl.layers.embedding({ inputDim: 7, outputDim: 3, inputLength: 4, name: 'embedding' }),
        tfl.layers.flatten(),
        tfl.layers.dense({ units: 2, activation: 'softmax', kernelInitializer: init(8), name: 'out' }),
      ],
    })
    const model = fromLayersModel(text)
    expect(model.inputs[0]!.dtype).toBe('int32')
    const inputs = { [model.inputs[0]!.name]: { shape: [1, 4], data: Float32Array.of(1, 6, 0, 3) } }
    expect((await model.scoreAndGradient(inputs, classScore(0))).gradients).toEqual({})
    const found = await model.layerScoreAndGradient(inputs, classScore(0), { name: 'embedding' })
    const kernel = text.getLayer('out').getWeights()[0]!.dataSync()
    for (let i = 0; i < 12; i++) expect(found.gradient.data[i]!).toBeCloseTo(kernel[i * 2]!, 5)
  })

  it('differentiates recurrent layers and one-dimensional convolutions', async () => {
    const series = tfl.sequential({
      layers: [
        tfl.layers.conv1d({
          inputShape: [6, 2],
          filters: 3,
          kernelSize: 3,
          activation: 'tanh',
          kernelInitializer: init(9),
        }),
        tfl.layers.gru({ units: 4, kernelInitializer: init(10), recurrentInitializer: init(11) }),
        tfl.layers.dense({ units: 2, activation: 'softmax', kernelInitializer: init(12) }),
      ],
    })
    const model = fromLayersModel(series)
    expect(model.inputs[0]!.axes).toEqual(['batch', 'time', 'channel'])
    await expectGradient(model, { [model.inputs[0]!.name]: array([2, 6, 2]) }, classScore(1))
  })

  it('tells a backward rule the layer that runs', async () => {
    const { wrapped } = branching()
    const seen = new Set<string>()
    await fromLayersModel(wrapped).scoreAndGradient(
      { left: array([2, 4], 3), right: array([2, 4], 4) },
      classScore(0, 'logit', 'class'),
      {
        rule: ({ op, layer }) => {
          if (layer) seen.add(`${layer.name}#${layer.call}:${op}`)
          return undefined
        },
      },
    )
    expect([...seen]).toEqual(
      expect.arrayContaining(['shared#0:Relu', 'shared#1:Relu', 'body/hidden#0:Relu', 'class#0:_FusedMatMul']),
    )
  })

  it('puts everything back and leaves no tensor behind, also on a throw', async () => {
    const { wrapped } = branching()
    const model = fromLayersModel(wrapped)
    const inputs = { left: array([2, 4], 3), right: array([2, 4], 4) }
    const last = wrapped.getLayer('class') as unknown as { activation: { getClassName(): string } }
    const before = tf.memory().numTensors
    const broken: ScoreFunction = Object.assign(
      () => {
        throw new Error('no')
      },
      { space: 'logit' as const },
    )
    await expect(model.layerScoreAndGradient(inputs, broken, { name: 'shared' })).rejects.toThrow('no')
    await expect(model.scoreAndGradient(inputs, broken)).rejects.toThrow('no')
    await model.layerScoreAndGradient(inputs, classScore(0, 'logit', 'class'), { name: 'shared', call: 0 })
    await model.activation(inputs, { name: 'body/hidden' })
    await expect(model.activation(inputs, { name: 'nowhere' })).rejects.toMatchObject({ code: 'unknown-layer' })
    await expect(model.activation(inputs, { name: 'shared', call: 2 })).rejects.toMatchObject({ code: 'unknown-layer' })
    await expect(model.predict({ ...inputs, left: array([2, 5]) }, { space: 'logit' })).rejects.toMatchObject({
      code: 'bad-shape',
    })
    await expect(model.predict(inputs, { space: 'logit', signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    })
    expect(tf.memory().numTensors).toBe(before)
    expect(last.activation.getClassName()).toBe('softmax')
    for (const layer of wrapped.layers) expect(Object.hasOwn(layer, 'call')).toBe(false)
  })

  it('lists each weight once, writes it in place, and tells by the fingerprint', async () => {
    const { wrapped } = branching()
    const model = fromLayersModel(wrapped)
    const parameters = model.parameters!()
    expect(parameters.map(({ layer }) => layer)).toEqual([
      'shared',
      'shared',
      'body/hidden',
      'body/hidden',
      'body/last',
      'body/last',
      'class',
      'class',
      'size',
      'size',
    ])
    const before = await model.fingerprint!()
    expect(before).toMatch(/^[0-9a-f]{64}$/)
    const tensors = tf.memory().numTensors
    const values = await parameters[0]!.read()
    parameters[0]!.write(values.map((value) => value + 1))
    expect(await parameters[0]!.read()).toEqual(values.map((value) => value + 1))
    expect(await model.fingerprint!()).not.toBe(before)
    parameters[0]!.write(values)
    expect(await model.fingerprint!()).toBe(before)
    expect(tf.memory().numTensors).toBe(tensors)
  })
})

let made = 0
/** Two inputs through one shared layer, joined, through a nested model, to a class and a size. */
function branching() {
  made++
  const left = tfl.input({ shape: [4], name: 'left' })
  const right = tfl.input({ shape: [4], name: 'right' })
  const shared = tfl.layers.dense({ units: 5, activation: 'relu', kernelInitializer: init(21), name: 'shared' })
  const merged = tfl.layers
    .concatenate({ name: 'merge' })
    .apply([shared.apply(left), shared.apply(right)] as tfl.SymbolicTensor[]) as tfl.SymbolicTensor
  const body = tfl.sequential({
    name: 'body',
    layers: [
      tfl.layers.dense({ inputShape: [10], units: 6, activation: 'relu', kernelInitializer: init(22), name: 'hidden' }),
      tfl.layers.dense({ units: 4, activation: 'tanh', kernelInitializer: init(23), name: 'last' }),
    ],
  })
  const features = body.apply(merged) as tfl.SymbolicTensor
  const classes = tfl.layers
    .dense({ units: 3, activation: 'softmax', kernelInitializer: init(24), name: 'class' })
    .apply(features) as tfl.SymbolicTensor
  const size = tfl.layers
    .dense({ units: 1, kernelInitializer: init(25), name: 'size' })
    .apply(features) as tfl.SymbolicTensor
  return { wrapped: tfl.model({ inputs: [left, right], outputs: [classes, size], name: `branching${made}` }), shared }
}
