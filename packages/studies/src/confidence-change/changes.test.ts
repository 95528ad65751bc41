import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { explain, type LayeredModel, type NDArray, randomStream } from '@explainnet/core'
import { gradCamPlusPlus } from '@explainnet/grad-cam'
import { loadModel, loadModelPool, saveModel, useBackend } from '@explainnet/node'
import { saliency } from '@explainnet/saliency'
import { smoothGrad } from '@explainnet/smooth-grad'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type ConfidenceChangeOptions, confidenceChanges, type TableMethod } from './changes.ts'
import { randomMap } from './random-map.ts'

let folder: string
let path: string
let model: LayeredModel

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'explainnet-changes-'))
  path = join(folder, 'model')
  await useBackend('wasm')
  const init = (seed: number) => tfl.initializers.randomNormal({ stddev: 0.6, seed })
  const network = tfl.sequential({
    layers: [
      tfl.layers.conv2d({
        inputShape: [6, 6, 2],
        filters: 4,
        kernelSize: 3,
        activation: 'relu',
        kernelInitializer: init(1),
      }),
      tfl.layers.flatten(),
      tfl.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: init(2) }),
    ],
  })
  await saveModel(path, network)
  network.dispose()
  model = await loadModel(path)
})
afterAll(() => rm(folder, { recursive: true }))

const random = randomStream(3)
const examples: NDArray[] = Array.from({ length: 7 }, () => ({
  shape: [1, 6, 6, 2],
  data: Float32Array.from({ length: 72 }, () => random.normal()),
}))
const methods: TableMethod[] = [
  { name: 'random-map', title: 'Random map', method: randomMap() },
  { name: 'saliency', title: 'Saliency', method: saliency(), channels: 'max-absolute' },
  {
    name: 'smooth-grad',
    title: 'SmoothGrad',
    method: smoothGrad(saliency(), { samples: 3 }),
    channels: 'max-absolute',
  },
  { name: 'grad-cam-plus-plus', title: 'Grad-CAM++', method: gradCamPlusPlus() },
]
const run = (given: Partial<ConfidenceChangeOptions> = {}) =>
  confidenceChanges({ model, examples, count: examples.length, methods, frac: 0.6, seed: 4, ...given })

/** Without the time, which differs. */
const numbers = (found: Awaited<ReturnType<typeof run>>) =>
  found.map(({ method, changes }) => [method.name, changes.map(({ milliseconds: _, ...rest }) => rest)])

async function probability(x: Float32Array, index: number): Promise<number> {
  const outputs = await model.predict(
    { [model.inputs[0]!.name]: { shape: [1, 6, 6, 2], data: x } },
    { space: 'probability' },
  )
  return Object.values(outputs)[0]!.data[index]!
}

describe('confidenceChanges', () => {
  it('is what the definitions give when written out for one example', async () => {
    const [{ changes }] = (await run({ methods: [methods[1]!] })) as [Awaited<ReturnType<typeof run>>[number]]
    for (const [i, { data }] of examples.entries()) {
      const { values, certificate } = await explain(model, examples[i]!, saliency(), { seed: 4 })
      const { index, probability: before } = certificate.targets[0]!
      const map = Array.from({ length: 36 }, (_, at) =>
        Math.max(Math.abs(values[2 * at]!), Math.abs(values[2 * at + 1]!)),
      )
      const threshold = [...map].sort((a, b) => b - a)[Math.floor(36 * 0.6)]!
      const masked = data.map((value, at) => (map[Math.floor(at / 2)]! > threshold ? value : 0))
      const weighed = data.map((value, at) => (value * map[Math.floor(at / 2)]!) / Math.max(...map))
      expect(changes[i]!.before).toBe(before)
      expect(changes[i]!.kept).toBe(21 / 36)
      expect(changes[i]!.masked).toBeCloseTo(await probability(masked, index!), 6)
      expect(changes[i]!.weighed).toBeCloseTo(await probability(weighed, index!), 6)
    }
  })

  it('repeats to the last digit on wasm, in blocks of any size and in workers', async () => {
    const once = numbers(await run())
    expect(numbers(await run())).toEqual(once)
    expect(numbers(await run({ block: 3 }))).toEqual(once)
    const pool = await loadModelPool(path, { workers: 2 })
    onTestFinished(() => pool.close())
    expect(numbers(await run({ model: pool }))).toEqual(once)
  })

  it('depends on the seed where the method draws, and only there', async () => {
    const [one, other] = [numbers(await run()), numbers(await run({ seed: 5 }))]
    expect(other[0]).not.toEqual(one[0])
    expect(other[1]).toEqual(one[1])
    expect(other[2]).not.toEqual(one[2])
  })

  it('goes on where it was stopped, and computes only what is new', async () => {
    const kept = join(folder, 'kept')
    const controller = new AbortController()
    const stopped = run({
      folder: kept,
      block: 2,
      signal: controller.signal,
      onProgress: (share) => share > 0.4 && controller.abort(),
    })
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' })
    const whole = numbers(await run({ folder: kept }))
    expect(whole).toEqual(numbers(await run()))
    // All is known now: nothing goes through the model any more.
    const silent: LayeredModel = { ...model, predict: () => Promise.reject(new Error('a pass')) }
    expect(numbers(await run({ folder: kept, model: silent, examples: [...examples].reverse() }))).toEqual(
      whole.map(([name, changes]) => [name, [...(changes as unknown[])].reverse()]),
    )
    await expect(run({ folder: kept, model: silent, frac: 0.5 })).rejects.toThrow('a pass')
  })

  it('drops a line that was cut short, and computes its row again', async () => {
    const kept = join(folder, 'cut')
    const whole = numbers(await run({ folder: kept, methods: [methods[0]!] }))
    const file = join(kept, (await readdir(kept))[0]!)
    const before = await readFile(file, 'utf8')
    const short = before.trimEnd().lastIndexOf('\n') + 30
    await rm(file)
    await appendFile(file, before.slice(0, short))
    expect(numbers(await run({ folder: kept, methods: [methods[0]!] }))).toEqual(whole)
    // Nothing was written behind the half line, where it would be lost.
    for (const line of (await readFile(file, 'utf8')).trimEnd().split('\n'))
      expect(() => JSON.parse(line)).not.toThrow()
  })

  it.each([0, 1, Number.NaN])('refuses to keep a share of %d', async (frac) => {
    await expect(run({ frac })).rejects.toMatchObject({ code: 'bad-option' })
  })
})

describe('randomMap', () => {
  it('is another one for another example, and the same for the same one wherever it stands', async () => {
    const batch = (...chosen: number[]): NDArray => ({
      shape: [chosen.length, 6, 6, 2],
      data: Float32Array.from(chosen.flatMap((i) => [...examples[i]!.data])),
    })
    const { values, shape } = await explain(model, batch(0, 1), randomMap(), { seed: 1 })
    expect(shape).toEqual([2, 6, 6])
    expect(values.subarray(0, 36)).not.toEqual(values.subarray(36))
    expect((await explain(model, batch(1), randomMap(), { seed: 1 })).values).toEqual(values.slice(36))
    expect((await explain(model, batch(1), randomMap(), { seed: 2 })).values).not.toEqual(values.slice(36))
  })
  it('is smooth with cells: neighbours are more alike than by chance, and as many cells as positions are the noise itself', async () => {
    const roughness = ({ values }: { readonly values: Float32Array }) =>
      values.reduce((sum, value, i) => sum + (i % 6 === 0 ? 0 : Math.abs(value - values[i - 1]!)), 0)
    const [fine, coarse] = [
      await explain(model, examples[0]!, randomMap()),
      await explain(model, examples[0]!, randomMap({ cells: 2 })),
    ]
    expect(roughness(coarse)).toBeLessThan(roughness(fine) / 2)
    expect((await explain(model, examples[0]!, randomMap({ cells: 6 }))).values).toEqual(fine.values)
  })
})
