import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LayeredModel, randomStream } from '@explainnet/core'
import { type Mnist1d, mnist1d, mnist1dTemplates } from '@explainnet/datasets'
import { registerGradients } from '@explainnet/gradients'
import { loadModel, useBackend } from '@explainnet/node'
import { saliency } from '@explainnet/saliency'
import { beforeAll, describe, expect, it } from 'vitest'
import { mnist1dModelPath } from '../models.ts'
import { loadSeedModel } from '../seeds.ts'
import { train } from '../train/trainer.ts'
import { examplesOf, loadPublishedMnist1d, splitValidation } from './data.ts'
import { evaluateSignals } from './evaluate.ts'
import { templateBehind, templateSignals } from './explained.ts'
import { invertedEvidence } from './inverted.ts'
import { signalMaps } from './maps.ts'
import { inTemplateTime, strokeMask, strokeRelevance, templateInItsTime, templateTime } from './stroke-relevance.ts'
import { mnist1dTask } from './task.ts'

const data = process.env['EXPLAINNET_DATA']
const set: Mnist1d = mnist1d({ numSamples: 500 })
let model: LayeredModel

beforeAll(async () => {
  await useBackend('wasm')
  registerGradients()
  model = await loadModel(mnist1dModelPath)
})

describe('the networks', () => {
  it.skipIf(!data)('are as accurate as their cards and papers say (needs EXPLAINNET_DATA)', async () => {
    const test = examplesOf((await loadPublishedMnist1d()).test)
    expect((await evaluateSignals(await loadSeedModel('mnist1d'), test)).accuracy).toBe(0.877)
    const { accuracy, loss } = await evaluateSignals(model, test)
    expect(accuracy).toBeGreaterThan(0.92)
    expect(model.card!.metrics!['test']).toMatchObject({ accuracy, loss: expect.closeTo(loss, 4) })
  })

  it('know generated signals as well as published ones', async () => {
    expect((await evaluateSignals(model, examplesOf(set.test))).accuracy).toBeGreaterThan(0.92)
  })

  it('learn: the loss of a few epochs falls', async () => {
    const { network, history } = await train(mnist1dTask(set, { recipe: { epochs: 3, averageDecay: 0.5 } }))
    expect(history[2]!.loss).toBeLessThan(history[0]!.loss)
    network.dispose()
  })
})

describe('splitValidation', () => {
  it('takes the same share of every digit, every signal on one side', () => {
    const { train: left, validation } = splitValidation(examplesOf(set.train), 0.15)
    const rows = [...left, ...validation].map(({ row }) => row)
    expect(rows.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, row) => row))
    for (let digit = 0; digit < 10; digit++) {
      const count = set.train.labels.filter((label) => label === digit).length
      expect(validation.filter(({ label }) => label === digit)).toHaveLength(Math.round(count * 0.15))
    }
  })
})

describe('template time', () => {
  const stroke = { start: 10, end: 20 }

  it('undoes translation and dilation: a template drawn into a signal comes back', () => {
    const { places, from, to } = templateTime
    for (const digit of [1, 5]) {
      const drawn = Array.from({ length: 40 }, (_, t) => {
        const place = ((t - stroke.start) / (stroke.end - stroke.start)) * 11
        const left = Math.max(0, Math.min(10, Math.floor(place)))
        const template = mnist1dTemplates[digit]!
        return place < 0 || place > 11 ? 0 : template[left]! + (place - left) * (template[left + 1]! - template[left]!)
      })
      const back = inTemplateTime(drawn, stroke)
      templateInItsTime(digit).forEach((value, i) => {
        expect(Math.abs(back[i]! - value)).toBeLessThan(0.12)
      })
      expect(inTemplateTime(drawn, { start: 0, end: 10 }).slice(0, 6).every(Number.isNaN)).toBe(true)
    }
    expect([places, from, to]).toEqual([25, -0.5, 1.5])
  })

  it('marks the steps of a stroke', () => {
    expect(Array.from(strokeMask(8, { start: 1.6, end: 4.4 }))).toEqual([0, 0, 1, 1, 1, 0, 0, 0])
  })

  it('draws the template behind a signal with the height, level and slope that it has there', () => {
    const template = Array.from({ length: 40 }, (_, t) => t)
    const line = templateBehind(template, 3, stroke)
    line.forEach((value, t) => {
      expect(value).toBeCloseTo(t, 9)
    })
  })
})

describe('maps', () => {
  it('of many signals are those of each alone, whatever the block', async () => {
    const random = randomStream(0)
    const signals = Array.from({ length: 51 }, () => Float32Array.from({ length: 40 }, () => random.normal()))
    const method = { name: 'saliency', title: 'Saliency', method: saliency(), channels: 'max-absolute' } as const
    const all = await signalMaps(model, signals, method)
    const last = await signalMaps(model, [signals[50]!], method)
    expect(all.maps.data.subarray(2000)).toEqual(last.maps.data)
    expect(all.targets[50]!.index).toBe(last.targets[0]!.index)
  })

  it('lie on the template where its place is known, more than a map that knows nothing', async () => {
    const located = examplesOf(set.test).map((example) => ({ ...example, stroke: set.test.strokes![example.row]! }))
    const folder = await mkdtemp(join(tmpdir(), 'strokes-'))
    const methods = [{ name: 'saliency', title: 'Saliency', method: saliency(), channels: 'max-absolute' }] as const
    const [row] = await strokeRelevance(model, 'trained', located, methods, { folder })
    expect(row!.share.mean).toBeGreaterThan(2 * row!.trivial['random']!.mean)
    expect(row!.aligned).toHaveLength(10)
    await rm(folder, { recursive: true })
  })

  it('are asked for templates that lie where they are said to', () => {
    for (const { values, stroke } of templateSignals()) {
      values.forEach((value, t) => {
        if (t < stroke.start - 1 || t > stroke.end + 1) expect(value).toBe(0)
      })
      expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(1)
    }
  })
})

it('the loss inverts a map, and a map that is inverted keeps what matters least', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inverted-'))
  const chosen = examplesOf(set.test).slice(0, 30)
  const network = { name: 'trained', title: '', model, siseLayers: [] }
  const signals = chosen.map(({ values }) => values)
  const { scores, baselines } = await invertedEvidence(
    network,
    signals,
    chosen.map(({ label }) => label),
    0.3,
    { folder },
  )
  const [logit, probability, loss] = scores
  expect(logit!.correlation).toBeCloseTo(1, 6)
  expect(probability!.correlation).toBeGreaterThan(0.5)
  expect(loss!.correlation).toBeLessThan(-0.5)
  expect(loss!.drop.mean).toBeGreaterThan(logit!.drop.mean)
  expect(baselines.map(({ baseline }) => baseline)).toEqual(['zero', 'mean', 'blur'])
  await rm(folder, { recursive: true })
})
