import { describe, expect, it, vi } from 'vitest'
import type { AttributionMethod, DifferentiableModel, GradientTask, NamedArrays } from './api.ts'
import { ExplainError } from './errors.ts'
import { explain } from './explain.ts'

interface Watched extends DifferentiableModel {
  /** Rows of every gradient pass, in the order in which they started. */
  readonly passes: number[]
  /** Passes that run now, and the most that ever did. */
  readonly running: { now: number; most: number }
}

/** One logit Σ x², computed elsewhere: a pass takes some turns of the event loop, each a number of its own. */
function elsewhere(concurrency: number | undefined, fail: (x: number) => boolean = () => false): Watched {
  const passes: number[] = []
  const running = { now: 0, most: 0 }
  let started = 0
  const pass = async <T>({ x }: NamedArrays, result: (data: Float32Array, rows: number) => T): Promise<T> => {
    const rows = x!.shape[0]!
    started += 1
    running.now += 1
    running.most = Math.max(running.most, running.now)
    for (let turn = (started * 7) % 5; turn >= 0; turn--) await new Promise((resolve) => setTimeout(resolve))
    running.now -= 1
    if (x!.data.some(fail)) throw new ExplainError('backend-lost', 'It died.', 'Start again.')
    return result(x!.data, rows)
  }
  const squares = (data: Float32Array, rows: number) => {
    const sums = new Float32Array(rows)
    for (const [i, value] of data.entries()) sums[Math.floor(i / 2)]! += value ** 2
    return sums
  }
  return {
    kind: 'elsewhere',
    concurrency,
    backend: { name: 'abacus', workers: concurrency },
    passes,
    running,
    inputs: [{ name: 'x', shape: [null, 2], dtype: 'float32', axes: ['batch', 'feature'] }],
    outputs: [{ name: 'y', shape: [null, 1], dtype: 'float32', axes: ['batch', 'feature'] }],
    finalActivation: 'none',
    predict: (inputs) => pass(inputs, (data, rows) => ({ y: { shape: [rows, 1], data: squares(data, rows) } })),
    async scoreAndGradient(inputs) {
      passes.push(inputs['x']!.shape[0]!)
      return pass(inputs, (data, rows) => ({
        scores: squares(data, rows),
        gradients: { x: { shape: [rows, 2], data: data.map((value) => 2 * value) } },
      }))
    },
    measured() {
      return this
    },
  }
}

const method = (attribute: (task: GradientTask, data: Float64Array) => AsyncGenerator<void, void, undefined>) =>
  ({
    apiVersion: 1,
    name: 'gradient',
    needs: 'gradients',
    deterministic: true,
    options: {},
    async *attribute(task) {
      const data = new Float64Array(2 * task.size)
      const map = { shape: [task.size, 2], data, axes: ['batch', 'feature'], domain: 'input' } as const
      for await (const _ of attribute(task, data)) yield { maps: { x: map } }
    },
  }) satisfies AttributionMethod<'gradients'>

/** A sum over copies of each example whose rounding depends on its order. */
const copies = 30
const summed = method(async function* (task, data) {
  const rows = {
    count: copies * task.size,
    example: (row: number) => row % task.size,
    fill(row: number, into: Readonly<Record<string, Float32Array>>) {
      into['x']![0]! *= 1 + Math.sin(row) * 1000
    },
  }
  let next = 0
  for await (const { row, example, gradients } of task.gradients(rows)) {
    expect(row).toBe(next++)
    data[2 * example]! += gradients['x']![0]! / 3
    data[2 * example + 1]! += gradients['x']![1]! / 3
  }
  yield
})

const input = { shape: [3, 2], data: Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6) }
const plain = method(async function* (task, data) {
  for await (const { row, gradients } of task.gradients(task.originals)) data.set(gradients['x']!, 2 * row)
  yield
})
const batch = (rows: number) => ({ shape: [rows, 2], data: Float32Array.from({ length: 2 * rows }, (_, i) => i) })

describe('a model that runs several passes at once', () => {
  it('gives the same sums, bit for bit, as one that runs them one by one', async () => {
    const alone = await explain(elsewhere(undefined), input, summed)
    for (const concurrency of [1, 2, 5]) {
      const model = elsewhere(concurrency)
      const shared = await explain(model, input, summed)
      expect(shared.values).toEqual(alone.values)
      expect(model.running.most).toBe(concurrency)
      expect(shared.certificate.cost).toMatchObject({ forward: 3 + 3 * copies, backward: 3 * copies })
      expect(shared.certificate.backend).toEqual({ name: 'abacus', workers: concurrency })
    }
  })

  it('spreads rows evenly: no chunk is larger than an even share of them', async () => {
    const model = elsewhere(4)
    await explain(model, batch(16), plain)
    // One row each to measure, one that was made ready meanwhile, and what is left in four parts at most one row apart.
    expect(model.passes.reduce((sum, rows) => sum + rows)).toBe(16)
    expect(Math.max(...model.passes)).toBeLessThanOrEqual(3)
  })

  it('holds the bound on memory by what the passes say of themselves', async () => {
    const model = elsewhere(2)
    const reporting: DifferentiableModel = {
      ...model,
      measured: (report) => ({
        ...model,
        async scoreAndGradient(...given: Parameters<DifferentiableModel['scoreAndGradient']>) {
          report(100 * given[0]['x']!.shape[0]!)
          return model.scoreAndGradient(...given)
        },
      }),
    }
    await explain(reporting, batch(64), plain, { memory: 350 })
    expect(Math.max(...model.passes)).toBeLessThanOrEqual(3)
  })

  it('ends with the error of the first row that has one, and leaves nothing running or unhandled', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const model = elsewhere(3, (x) => x >= 40)
    await expect(explain(model, batch(40), plain)).rejects.toMatchObject({ code: 'backend-lost' })
    expect(model.running.now).toBe(0)
    await new Promise((resolve) => setTimeout(resolve, 20))
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })

  it('is stopped by the signal, by its budget and by leaving the loop, with nothing left running', async () => {
    const controller = new AbortController()
    const aborted = elsewhere(3)
    const aborting = method(async function* (task) {
      for await (const { row } of task.gradients(task.originals)) if (row === 5) controller.abort()
      yield
    })
    await expect(explain(aborted, batch(64), aborting, { signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
    })
    expect(aborted.running.now).toBe(0)

    const running = method(async function* (task, data) {
      yield
      for await (const { row, gradients } of task.gradients(task.originals)) data.set(gradients['x']!, 2 * row)
      yield
    })
    const bounded = elsewhere(3)
    const stopped = await explain(bounded, batch(64), running, { stop: { passes: 70 }, maxChunk: 1 })
    expect(stopped.certificate.warnings.map(({ code }) => code)).toContain('stopped-early')
    expect(stopped.certificate.cost.forward).toBe(70)
    expect(bounded.running.now).toBe(0)

    const left = elsewhere(3)
    const leaving = method(async function* (task) {
      for await (const { row } of task.gradients(task.originals)) if (row === 5) break
      expect(left.running.now).toBe(0)
      yield
    })
    await explain(left, batch(64), leaving)
    expect(left.passes.reduce((sum, rows) => sum + rows)).toBeLessThan(64)
  })
})
