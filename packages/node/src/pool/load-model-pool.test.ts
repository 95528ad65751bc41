import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Worker } from 'node:worker_threads'
import {
  type AttributionMethod,
  type BackwardRule,
  explain,
  type GradientRow,
  type GradientTask,
  inputMaps,
  type LayeredModel,
  measurePeak,
  type NDArray,
  scoreFromSpec,
} from '@explainnet/core'
import { memory, randomNormal, sum, type Tensor1D, tidy } from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { useBackend } from '../backend/use-backend.ts'
import { loadModel } from '../model/load-model.ts'
import { saveModel } from '../model/save-model.ts'
import { counting, doubling, exiting, exitingOnce, twoRowsFit } from './fixtures/rules.ts'
import { loadModelPool, type ModelPool } from './load-model-pool.ts'

let folder: string
let path: string
let here: LayeredModel
let pool: ModelPool
/** Threads that were started, oldest first. */
const threads: Worker[] = []
const onWorker = (worker: Worker) => threads.push(worker)

function cnn() {
  const init = (seed: number) => tfl.initializers.randomNormal({ stddev: 0.3, seed })
  return tfl.sequential({
    layers: [
      tfl.layers.conv2d({ inputShape: [8, 8, 3], filters: 6, kernelSize: 3, kernelInitializer: init(1) }),
      tfl.layers.reLU(),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      tfl.layers.conv2d({ filters: 5, kernelSize: 2, activation: 'relu', kernelInitializer: init(2), name: 'last' }),
      tfl.layers.flatten(),
      tfl.layers.dense({ units: 4, activation: 'softmax', kernelInitializer: init(3) }),
    ],
  })
}

function images(rows: number): NDArray {
  const values = tidy(() => randomNormal([rows, 8, 8, 3], 0, 1, 'float32', 5).dataSync())
  return { shape: [rows, 8, 8, 3], data: Float32Array.from(values) }
}

beforeAll(async () => {
  process.on('worker', onWorker)
  folder = await mkdtemp(join(tmpdir(), 'explainnet-pool-'))
  path = join(folder, 'model')
  await useBackend('wasm')
  const model = cnn()
  await saveModel(path, model, { labels: ['a', 'b', 'c', 'd'] })
  model.dispose()
  here = await loadModel(path)
  pool = await loadModelPool(path, { workers: 3 })
})
afterAll(async () => {
  process.off('worker', onWorker)
  await pool.close()
  await rm(folder, { recursive: true })
})

const named = (x: NDArray) => ({ [here.inputs[0]!.name]: x })
const classScores = (rows: number) =>
  scoreFromSpec(here, {
    space: 'logit',
    rows: Array.from({ length: rows }, (_, row) => ({ index: row % 4, against: 1 })),
  })

/** Input gradients of each example, `copies` times over, added up in the order in which they come. */
const gradient = (copies: number, rule?: BackwardRule, each?: (row: GradientRow) => void) =>
  ({
    apiVersion: 1,
    name: 'gradient',
    needs: 'gradients',
    deterministic: true,
    options: {},
    async *attribute(task: GradientTask) {
      const maps = inputMaps(task)
      const rows = {
        count: copies * task.size,
        example: (row: number) => row % task.size,
        fill(row: number, into: Readonly<Record<string, Float32Array>>) {
          for (const values of Object.values(into)) values[row % values.length]! += 0.1 * row
        },
      }
      for await (const found of task.gradients(rows, rule ? { rule } : {})) {
        each?.(found)
        for (const [name, { data }] of Object.entries(maps)) {
          const slopes = found.gradients[name]!
          for (let i = 0; i < slopes.length; i++) data[found.example * slopes.length + i]! += slopes[i]! / 3
        }
      }
      yield { maps }
    },
  }) satisfies AttributionMethod<'gradients'>

describe('a pool of workers', () => {
  it('describes the model that it loaded, as loadModel does', async () => {
    const { kind, inputs, outputs, finalActivation, card, spec } = here
    expect(pool).toMatchObject({ kind, inputs, outputs, finalActivation, card, spec, concurrency: 3 })
    expect(pool.layers()).toEqual(here.layers())
    expect(await pool.fingerprint!()).toBe(await here.fingerprint!())
    expect(pool.backend).toEqual({ name: 'wasm', device: expect.stringContaining('WebAssembly'), workers: 3 })
    expect(pool.parameters).toBeUndefined()
  })

  it('gives what the model gives in this thread, bit for bit, and leaves the arrays as they were', async () => {
    const inputs = named(images(5))
    const score = classScores(5)
    const rule = doubling({ file: '' })
    const layer = { name: 'last' }
    for (const space of ['logit', 'probability'] as const) {
      expect(await pool.predict(inputs, { space })).toEqual(await here.predict(inputs, { space }))
    }
    expect(await pool.activation(inputs, layer)).toEqual(await here.activation(inputs, layer))
    const reference = named(images(5))
    for (const options of [{}, { rule }, { rule, reference }]) {
      expect(await pool.scoreAndGradient(inputs, score, options)).toEqual(
        await here.scoreAndGradient(inputs, score, options),
      )
      expect(await pool.layerScoreAndGradient(inputs, score, layer, options)).toEqual(
        await here.layerScoreAndGradient(inputs, score, layer, options),
      )
    }
    expect(inputs).toEqual(named(images(5)))
  })

  it('gives the same map for a batch and for the samples of one image, whatever the number of workers', async () => {
    const method = gradient(40)
    for (const x of [images(30), images(1)]) {
      const wanted = await explain(here, x, method)
      const shared = await explain(pool, x, method)
      expect(shared.values).toEqual(wanted.values)
      expect(shared.certificate.targets).toEqual(wanted.certificate.targets)
      expect(shared.certificate.model).toEqual(wanted.certificate.model)
      const { forward, backward } = wanted.certificate.cost
      expect(shared.certificate.cost).toMatchObject({ forward, backward })
      expect(shared.certificate.backend).toEqual(pool.backend)
    }
  })

  it('tells the peak memory of a pass in its worker, which is what the pass takes in this thread', async () => {
    const inputs = named(images(7))
    const { peakBytes } = await measurePeak(() => here.scoreAndGradient(inputs, classScores(7)))
    const reported: number[] = []
    const measured = pool.measured!((bytes) => reported.push(bytes)) as LayeredModel
    await measured.scoreAndGradient(inputs, classScores(7))
    expect(reported).toEqual([peakBytes])
    expect(peakBytes).toBeGreaterThan(7 * 8 * 8 * 3 * 4)
  })

  it('leaves no tensor behind, in the workers nor here', async () => {
    const before = memory().numTensors
    const file = join(folder, 'counts')
    const rule = counting({ file })
    const one = await loadModelPool(path, { workers: 1 })
    onTestFinished(() => one.close())
    for (let i = 0; i < 20; i++)
      await one.scoreAndGradient(named(images(1 + (i % 3))), classScores(1 + (i % 3)), { rule })
    const counts = (await readFile(file, 'utf8')).trim().split('\n').map(Number)
    // The first was noted in this thread.
    expect(counts.length).toBe(21)
    expect(new Set(counts.slice(1)).size).toBe(1)
    expect(memory().numTensors).toBe(before)
  })

  it('is stopped by the signal in the middle, and works on', async () => {
    const controller = new AbortController()
    const method = gradient(100, undefined, ({ row }) => {
      if (row === 10) controller.abort()
    })
    await expect(explain(pool, images(2), method, { signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
    })
    await expect(pool.predict(named(images(1)), { space: 'logit', signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
    })
    expect((await explain(pool, images(2), gradient(1))).values).toEqual(
      (await explain(here, images(2), gradient(1))).values,
    )
  })
})

describe('a worker that dies', () => {
  it('is replaced when it is killed in the middle, and its rows are computed again', async () => {
    const doomed = await loadModelPool(path, { workers: 2 })
    onTestFinished(() => doomed.close())
    const mine = threads.length - 1
    const killed = new Set<Worker>()
    const method = gradient(60, undefined, ({ row }) => {
      if (row % 60 !== 10) return
      for (const thread of threads.slice(mine)) {
        if (killed.has(thread) || thread.threadId < 0) continue
        killed.add(thread)
        void thread.terminate()
      }
    })
    const { values } = await explain(doomed, images(2), method)
    expect(values).toEqual((await explain(here, images(2), gradient(60))).values)
    expect(killed.size).toBeGreaterThanOrEqual(2)
    expect(threads.length - mine).toBeGreaterThan(2)
  })

  it('is replaced when it ends by itself, and the pass is run again', async () => {
    const rule = exitingOnce({ file: join(folder, 'exited') })
    const found = await pool.scoreAndGradient(named(images(4)), classScores(4), { rule })
    expect(existsSync(join(folder, 'exited'))).toBe(true)
    expect(found).toEqual(
      await here.scoreAndGradient(named(images(4)), classScores(4), { rule: doubling({ file: '' }) }),
    )
  })

  it('is given up after three deaths over one pass, with a typed error; the pool works on', async () => {
    const file = join(folder, 'deaths')
    const dying = pool.scoreAndGradient(named(images(3)), classScores(3), { rule: exiting({ file }) })
    await expect(dying).rejects.toMatchObject({ code: 'backend-lost', message: expect.stringContaining('3 times') })
    expect(await readFile(file, 'utf8')).toBe('xxx')
    expect(await pool.predict(named(images(1)), { space: 'logit' })).toEqual(
      await here.predict(named(images(1)), { space: 'logit' }),
    )
  })

  it('is not waited for where no other can be started, and the pool works on once one can', async () => {
    const lonely = await loadModelPool(path, { workers: 1 })
    onTestFinished(() => lonely.close())
    const predict = () => lonely.predict(named(images(1)), { space: 'logit' })
    const kill = (worker: Worker) => void worker.terminate()
    process.on('worker', kill)
    kill(threads.at(-1)!)
    await expect(Promise.all([predict(), predict()])).rejects.toMatchObject({ code: 'backend-lost' })
    process.off('worker', kill)
    expect(await predict()).toEqual(await here.predict(named(images(1)), { space: 'logit' }))
  })

  it('of memory has its rows computed again in halves, and so many are not tried a second time', async () => {
    const file = join(folder, 'too-many')
    const rule = twoRowsFit({ file })
    const small = await loadModelPool(path, { workers: 1 })
    onTestFinished(() => small.close())
    const wanted = await here.scoreAndGradient(named(images(7)), classScores(7), { rule: doubling({ file: '' }) })
    expect(await small.scoreAndGradient(named(images(7)), classScores(7), { rule })).toEqual(wanted)
    expect(await readFile(file, 'utf8')).toBe('7\n4\n')
    expect(await small.scoreAndGradient(named(images(7)), classScores(7), { rule })).toEqual(wanted)
    const layer = { name: 'last' }
    const halved = await small.layerScoreAndGradient(named(images(3)), classScores(3), layer, { rule })
    const whole = { rule: doubling({ file: '' }) }
    expect(halved).toEqual(await here.layerScoreAndGradient(named(images(3)), classScores(3), layer, whole))
    expect(await readFile(file, 'utf8')).toBe('7\n4\n3\n')
  })
})

describe('what cannot be done', () => {
  it('a target that is a function, and a rule without a spec, are refused with the way out', async () => {
    const target = { name: 'sum', score: (outputs: object) => sum(Object.values(outputs)[0], 1) as Tensor1D }
    const error = { code: 'not-transferable', message: expect.stringContaining('loadModel') }
    await expect(explain(pool, images(2), gradient(1), { target })).rejects.toMatchObject(error)
    const rule: BackwardRule = () => undefined
    await expect(pool.scoreAndGradient(named(images(1)), classScores(1), { rule })).rejects.toMatchObject(error)
  })

  it('errors arrive as they were thrown: a shape, a layer, a model that is not there, a backend, a number of workers', async () => {
    const narrow = { shape: [1, 4, 4, 3], data: new Float32Array(48) }
    await expect(pool.predict(named(narrow), { space: 'logit' })).rejects.toMatchObject({ code: 'bad-shape' })
    const error = await here.activation(named(images(1)), { name: 'nowhere' }).catch((thrown) => thrown)
    await expect(pool.activation(named(images(1)), { name: 'nowhere' })).rejects.toMatchObject({
      code: 'unknown-layer',
      message: error.message,
      cure: error.cure,
    })
    await expect(loadModelPool(join(folder, 'none'))).rejects.toMatchObject({ code: 'bad-file' })
    await expect(loadModelPool(path, { backend: 'abacus' as 'wasm' })).rejects.toMatchObject({
      code: 'backend-missing',
    })
    await expect(loadModelPool(path, { workers: 0 })).rejects.toMatchObject({ code: 'bad-option' })
  })

  it('a closed pool throws, also what was under way', async () => {
    const closing = await loadModelPool(path, { workers: 1 })
    const underWay = closing.predict(named(images(2)), { space: 'logit' }).catch((thrown) => thrown)
    await closing.close()
    expect(await underWay).toMatchObject({ code: 'aborted' })
    await expect(closing.predict(named(images(2)), { space: 'logit' })).rejects.toMatchObject({ code: 'aborted' })
  })
})

it('a script that forgets to close its pool ends by itself', async () => {
  const script = fileURLToPath(new URL('./fixtures/forgetful.ts', import.meta.url))
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--conditions=source', script, path])
  expect(stdout).toBe('done')
  expect(stderr).toBe('')
})
