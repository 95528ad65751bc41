import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ExplainError, type RandomStream } from '@explainnet/core'
import { describe, expect, it } from 'vitest'
import {
  correlatedNoise,
  type Mnist1d,
  mnist1d,
  mnist1dSample,
  mnist1dTemplates,
  padSignal,
  readMnist1d,
  resampleSignal,
  shearSignal,
  translateSignal,
  writeMnist1d,
} from '../index.ts'
import steps from './fixtures/steps.json' with { type: 'json' }
import { committedHash, generatedHash } from './mnist1d.hash.ts'

const data = process.env['EXPLAINNET_DATA']
const fixture = (name: string) => readFile(new URL(`fixtures/${name}`, import.meta.url))
const close = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length)
  for (let i = 0; i < a.length; i++) expect(a[i]).toBeCloseTo(b[i]!, 12)
}
/** A stream that draws what it is told. */
const drawing = (value: number): RandomStream => ({
  uint32: () => value,
  uniform: () => value,
  integer: () => value,
  normal: () => value,
  stream: () => drawing(value),
})

describe('the steps of MNIST-1D', () => {
  const noise = Float64Array.from(steps.noise)

  it('resample as SciPy does', () => {
    close(resampleSignal(padSignal(Float64Array.from(steps.template), [36, 60], drawing(4)), 72), steps.padded)
    close(resampleSignal(noise, 40), steps.final)
  })

  it('smooth noise as SciPy does, mirrored at the ends', () => {
    let next = 0
    const stream = { ...drawing(0), normal: () => steps.noise[next++]! / 0.25 }
    close(correlatedNoise(72, 0.25, stream), steps.smooth)
  })

  it('tilt and move as NumPy does', () => {
    close(shearSignal(noise, 0.75, drawing(0.9)), steps.sheared)
    expect(Array.from(translateSignal(Float64Array.of(1, 2, 3, 4), 4, drawing(1)))).toEqual([4, 1, 2, 3])
  })
})

describe('mnist1dSample', () => {
  it('says where the template lies: without noise, scale and shear it can be read back from there', () => {
    for (let index = 0; index < 20; index++) {
      const bare = { scaleCoeff: 0, corrNoiseScale: 0, iidNoiseScale: 0, shearScale: 0, finalSeqLength: 2000 }
      const { stages, stroke } = mnist1dSample({ label: index % 10, index, ...bare })
      mnist1dTemplates[index % 10]!.forEach((value, i) => {
        const place = Math.round(stroke.start + (i / 11) * (stroke.end - stroke.start))
        // Where two steps of the template lie on either side of one of the 72, its corner is cut off.
        expect(Math.abs(stages.signal[place]! - value)).toBeLessThan(0.25)
      })
      stages.signal.forEach((value, i) => {
        if (i < stroke.start - 40 || i > stroke.end + 40) expect(value).toBe(0)
      })
    }
  })

  it('leaves the other steps as they are when one parameter changes', () => {
    const [plain, still] = [0.75, 0].map((shearScale) => mnist1dSample({ label: 3, index: 5, shearScale }))
    expect(still!.stages.noisy).toEqual(plain!.stages.noisy)
    expect(still!.stages.sheared).not.toEqual(plain!.stages.sheared)
  })

  it('refuses what is no digit, and names a parameter out of range', () => {
    expect(() => mnist1dSample({ label: 10, index: 0 })).toThrow(/label is 10/)
    expect(() => mnist1d({ padding: [60, 36] })).toThrow(/padding is 60,36/)
    expect(() => mnist1d({ numSamples: 7 })).toThrow(/numSamples is 7\. It must be a multiple of 10/)
  })
})

describe('mnist1d', () => {
  const set = mnist1d()

  it('makes 4000 and 1000 signals of 40 steps, each digit 500 times, standardised', () => {
    expect([set.train.signals.shape, set.test.signals.shape]).toEqual([
      [4000, 40],
      [1000, 40],
    ])
    const labels = [...set.train.labels, ...set.test.labels]
    for (let digit = 0; digit < 10; digit++) expect(labels.filter((label) => label === digit)).toHaveLength(500)
    const all = [...set.train.signals.data, ...set.test.signals.data]
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length
    const variance = all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length
    expect(mean).toBeCloseTo(0, 6)
    expect(variance).toBeCloseTo(1, 6)
  })

  it('makes the same bytes everywhere', async () => expect(await generatedHash()).toBe(committedHash))

  it('shuffles the steps of all signals alike', () => {
    const options = { numSamples: 100 }
    const [plain, mixed] = [mnist1d(options), mnist1d({ ...options, shuffleSeq: true })]
    const column = (of: Mnist1d, t: number) =>
      Array.from({ length: 80 }, (_, row) => of.train.signals.data[row * 40 + t]!)
    const columns = Array.from({ length: 40 }, (_, t) => String(column(plain, t)))
    const places = Array.from({ length: 40 }, (_, t) => columns.indexOf(String(column(mixed, t))))
    expect(places.toSorted((a, b) => a - b)).toEqual(columns.map((_, t) => t))
    expect(places).not.toEqual(columns.map((_, t) => t))
    expect(mixed.train.strokes).toBeUndefined()
  })

  it.skipIf(!data)('has the templates and the spread of the published set (needs EXPLAINNET_DATA)', async () => {
    const published = await readMnist1d(await readFile(join(data!, 'seeds/MNIST1D.safetensors')))
    published.templates.data.forEach((value, i) => {
      expect(set.templates.data[i]).toBeCloseTo(value, 6)
    })
    // Variance of each step over the training signals, of each digit.
    const spread = ({ train }: Mnist1d, digit: number, t: number) => {
      const values = Array.from(train.labels.keys())
        .filter((row) => train.labels[row] === digit)
        .map((row) => train.signals.data[row * 40 + t]!)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    }
    for (let digit = 0; digit < 10; digit++) {
      for (let t = 0; t < 40; t += 3) {
        const ratio = spread(set, digit, t) / spread(published, digit, t)
        expect(ratio).toBeGreaterThan(0.6)
        expect(ratio).toBeLessThan(1.6)
      }
    }
  })
})

describe('readMnist1d', () => {
  const files = [
    'numpy1-protocol2',
    'numpy1-protocol4',
    'numpy1-protocol5',
    'numpy2-protocol2',
    'numpy2-protocol4',
    'numpy2-protocol5',
  ]

  it.each(files)('reads the pickle %s', async (name) => {
    const { train, test, templates } = await readMnist1d(await fixture(`${name}.pkl`))
    expect(train.signals).toEqual({ shape: [2, 4], data: Float32Array.from({ length: 8 }, (_, i) => i / 8) })
    expect(Array.from(test.signals.data, (value) => -8 * value)).toEqual([3, 2, 1, 0, 7, 6, 5, 4])
    expect([...train.labels, ...test.labels]).toEqual([3, 9, 0, 7])
    expect(templates.shape).toEqual([1, 4])
  })

  it('reads back what writeMnist1d wrote', async () => {
    const { strokes: _, ...train } = mnist1d({ numSamples: 20 }).train
    const set = { train, test: train, templates: mnist1d({ numSamples: 10 }).templates }
    expect(await readMnist1d(writeMnist1d(set))).toEqual(set)
  })

  it('refuses with one kind of error what is damaged, of another kind, or executes something', async () => {
    const whole = new Uint8Array(await fixture('numpy1-protocol4.pkl'))
    const dangerous = Uint8Array.from('\x80\x02cos\nsystem\n(X\x02\x00\x00\x00lstR.', (letter) => letter.charCodeAt(0))
    const cases: [Uint8Array, RegExp][] = [
      [whole.slice(0, 300), /This pickle cannot be read: .*more bytes/],
      [new Uint8Array(await fixture('numpy1-protocol0.pkl')), /not a safetensors file/],
      [dangerous, /it names os\.system, which is no part of an array/],
      [new Uint8Array(), /not a safetensors file/],
      [Uint8Array.of(0x80, 2, 0x7d, 0x2e), /has no signals of x/],
    ]
    for (const [bytes, message] of cases) {
      const error = await readMnist1d(bytes).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(ExplainError)
      expect((error as ExplainError).message).toMatch(message)
    }
  })
})
