import '@tensorflow/tfjs-backend-cpu'
import { type AttributionMethod, ExplainError, fromPredict, type NDArray } from '@explainnet/core'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  constantMap,
  edgeDetector,
  inputXGradient,
  misplaced,
  pictures,
  randomMap,
  seeing,
  side,
  untrained,
} from '../test/planted.ts'
import type { Comparison, MeasurementStore } from './api.ts'
import { compare } from './compare.ts'
import { comparisonPage } from './page.ts'

const { input, masks, labels } = pictures(8)
const outcomes = ({ methods }: Comparison) => Object.fromEntries(methods.map(({ name, outcome }) => [name, outcome]))
const withoutTimes = (found: Comparison) => JSON.stringify(found, (key, value) => (key === 'milliseconds' ? 0 : value))

describe('A comparison', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu')
  })

  it('recommends the method that tells what the network uses, and rejects edges, noise and a constant', async () => {
    const found = await compare(seeing(), input, [edgeDetector, misplaced, randomMap, inputXGradient, constantMap])
    expect(outcomes(found)).toMatchObject({ 'edge-detector': 'insane', random: 'insane', constant: 'constant' })
    expect(found.ranking.map(({ name }) => name)).toEqual(['input-x-gradient', 'misplaced'])
    expect(found.recommendation.method).toBe('input-x-gradient')
    expect(found.ranking[0]!.overRandom.length).toBeGreaterThanOrEqual(3)
    expect(found.network.outcome).toBe('knows')
    const edges = found.methods.find(({ name }) => name === 'edge-detector')!
    expect(edges.sanity!.similarity!.mean).toBeCloseTo(1, 10)
  })

  it.each([1, 2, 3])('recommends nothing for an untrained network (%i)', async (seed) => {
    const found = await compare(untrained(seed), input, [inputXGradient], { seed })
    expect(found.recommendation.method).toBeUndefined()
    expect(found.network.outcome).toBe('knows-nothing')
    expect(found.recommendation.text).toMatch(/nothing to explain/)
  })

  it('recommends nothing for a network that is wrong on the labels', async () => {
    const wrong = labels.map((label, i) => (i % 4 < 2 ? label : 1 - label))
    const found = await compare(seeing(), input, [inputXGradient], { labels: wrong })
    expect(found.network.outcome).toBe('knows-nothing')
    expect(found.recommendation.method).toBeUndefined()
    expect((await compare(seeing(), input, [inputXGradient], { labels })).network.outcome).toBe('knows')
  })

  it('recommends nothing when every method is rejected, and says why', async () => {
    const found = await compare(seeing(), input, [edgeDetector, randomMap, constantMap])
    expect(found.ranking).toEqual([])
    expect(found.recommendation.method).toBeUndefined()
    expect(found.recommendation.reasons.join(' ')).toMatch(/edge-detector: Similarity .*constant: Its map is the same/)
  })

  it('recommends nothing that is no better than a random map', async () => {
    const found = await compare(seeing(), input, [misplaced])
    expect(outcomes(found)).toEqual({ misplaced: 'ranked' })
    expect(found.recommendation.method).toBeUndefined()
    expect(found.recommendation.text).toMatch(/random map/)
  })

  it('counts relevance on the masks when they are given', async () => {
    const found = await compare(seeing(), input, [misplaced, inputXGradient], { masks })
    expect(found.metrics).toContain('relevance-mass-accuracy')
    const right = found.methods.find(({ name }) => name === 'input-x-gradient')!.figures['relevance-mass-accuracy']!
    expect(right.mean).toBeGreaterThan(0.8)
    expect(right.overRandom!.low).toBeGreaterThan(0)
  })

  it('refuses masks of another size, empty ones, no method and two of one name', async () => {
    const refuse = (methods: (typeof inputXGradient)[], options: object) =>
      expect(compare(seeing(), input, methods, options)).rejects
    await refuse([inputXGradient], { masks: input }).toMatchObject({ code: 'bad-shape' })
    const empty = { shape: masks.shape, data: new Float32Array(masks.data.length) }
    await refuse([inputXGradient], { masks: empty }).toMatchObject({ code: 'bad-option' })
    await refuse([], {}).toMatchObject({ code: 'bad-option' })
    await refuse([inputXGradient, inputXGradient], {}).toMatchObject({ code: 'bad-option' })
  })

  it('leaves out what does not fit the budget, says so, and refuses a budget for nothing', async () => {
    const fits = await compare(seeing(), input, [inputXGradient])
    const found = await compare(seeing(), input, [inputXGradient, misplaced], {
      budget: { passes: fits.budget.spent + 10 },
    })
    expect(outcomes(found)).toEqual({ 'input-x-gradient': 'ranked', misplaced: 'left-out' })
    expect(found.recommendation.limits.join(' ')).toMatch(/Left out for their cost: misplaced/)
    expect(found.budget.spent).toBeLessThanOrEqual(fits.budget.spent + 10)
    await expect(compare(seeing(), input, [inputXGradient], { budget: { passes: 50 } })).rejects.toMatchObject({
      code: 'budget-too-small',
    })
  })

  it('calls sanity not testable for a black box, and says that nothing was caught', async () => {
    const network = seeing()
    const box = fromPredict((inputs) => network.predict(inputs, { space: 'probability' }), {
      inputs: { [network.inputs[0]!.name]: [null, side, side, 1] },
      outputs: { [network.outputs[0]!.name]: [null, 2] },
      card: { output: 'probabilities' },
    })
    const brightness: AttributionMethod<'predictions'> = {
      ...edgeDetector.method,
      needs: 'predictions',
      async *attribute({ inputs }) {
        const [[name, { shape, data }]] = Object.entries(inputs) as [[string, NDArray]]
        const axes = ['batch', 'height', 'width']
        yield { maps: { [name]: { shape: shape.slice(0, -1), data: data.map(Math.abs), axes, domain: 'spatial' } } }
      },
    }
    const found = await compare(box, input, [{ name: 'brightness', title: 'Brightness', method: brightness }])
    expect(found.methods[0]!.sanity!.outcome).toBe('not-testable')
    expect(found.network.outcome).toBe('untested')
    expect(found.recommendation.limits.join(' ')).toMatch(/Sanity could not be tested/)
  })

  it('gives the same for the same seed, and leaves the network as it was', async () => {
    const network = seeing()
    const probe = async () => [
      ...Object.values(await network.predict({ [network.inputs[0]!.name]: input }, { space: 'logit' }))[0]!.data,
    ]
    const weights = async () => Promise.all(network.parameters!().map(async (one) => [...(await one.read())]))
    const [before, hash, values] = [await probe(), await network.fingerprint!(), await weights()]
    const { numTensors } = tf.memory()
    const first = await compare(network, input, [inputXGradient, randomMap], { seed: 3 })
    const second = await compare(network, input, [inputXGradient, randomMap], { seed: 3 })
    expect(withoutTimes(second)).toBe(withoutTimes(first))
    const stop = new AbortController()
    const stopped = compare(network, input, [inputXGradient], {
      signal: stop.signal,
      onProgress: (_, text) => {
        if (text.includes('sanity, example 3')) stop.abort()
      },
    })
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' })
    expect(await probe()).toEqual(before)
    expect(await weights()).toEqual(values)
    expect(await network.fingerprint!()).toBe(hash)
    expect(tf.memory().numTensors).toBe(numTensors)
  })

  it('goes on from what the store has kept', async () => {
    const values = new Map<string, unknown>()
    let reads = 0
    const store: MeasurementStore = {
      get: async (key) => {
        if (values.has(key)) reads++
        return values.get(key)
      },
      set: async (key, value) => void values.set(key, JSON.parse(JSON.stringify(value))),
    }
    const spec = { module: 'test', export: 'inputXGradient', options: {} }
    const kept = { ...inputXGradient, method: { ...inputXGradient.method, spec } }
    const network = seeing()
    const first = await compare(network, input, [kept], { store })
    expect(reads).toBe(0)
    const second = await compare(network, input, [kept], { store })
    expect(reads).toBe(values.size)
    expect(second.ranking).toEqual(first.ranking)
    await compare(untrained(1), input, [kept], { store })
    expect(values.size).toBe(2 * reads)
  })

  it('reports a method that throws and goes on with the others', async () => {
    const broken: AttributionMethod = {
      ...misplaced.method,
      // biome-ignore lint/correctness/useYield: it throws before.
      async *attribute() {
        throw new ExplainError('bad-option', 'It is broken.', 'Mend it.')
      },
    }
    const found = await compare(seeing(), input, [{ name: 'broken', title: 'Broken', method: broken }, inputXGradient])
    expect(outcomes(found)).toEqual({ broken: 'failed', 'input-x-gradient': 'ranked' })
  })

  it('makes a page with the recommendation, what was rejected and no reference to anything outside', async () => {
    const page = comparisonPage(await compare(seeing(), input, [edgeDetector, inputXGradient]))
    expect(page).toContain('Use input-x-gradient.')
    expect(page).toContain('failed the sanity check')
    expect(page).not.toMatch(/src="http|href="http/)
  })
})
