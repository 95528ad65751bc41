import { explain, type LayeredModel, type NDArray, prepareImage } from '@explainnet/core'
import { pollenSim } from '@explainnet/datasets'
import { deletion, dropAndIncrease, infidelity, insertion, type MetricResult } from '@explainnet/metrics'
import { loadModel, loadModelPool, type ModelPool, useBackend } from '@explainnet/node'
import { saliency } from '@explainnet/saliency'
import { pollenSimModelPath } from '@explainnet/studies'
import { memory } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let model: LayeredModel
let pool: ModelPool
let input: NDArray

beforeAll(async () => {
  await useBackend('wasm')
  model = await loadModel(pollenSimModelPath)
  pool = await loadModelPool(pollenSimModelPath, { workers: 2 })
  const rows = [1, 2].map((index) => prepareImage(pollenSim({ seed: 0, index }), model.card!.input!).input)
  const data = new Float32Array(2 * rows[0]!.data.length)
  rows.forEach((row, i) => {
    data.set(row.data, i * row.data.length)
  })
  input = { shape: [2, ...rows[0]!.shape.slice(1)], data }
})
afterAll(() => pool.close())

describe('metrics on a network', () => {
  it('give the same on workers as in this thread, and leave no tensor behind', async () => {
    const maps = await explain(model, input, saliency())
    const before = memory().numTensors
    const measure = async (on: LayeredModel): Promise<MetricResult[]> => [
      await deletion(on, input, maps, { steps: 4, trivial: ['random'] }),
      await insertion(on, input, maps, { steps: 4, trivial: [] }),
      await infidelity(on, input, maps, { samples: 6, trivial: ['edges'] }),
      (await dropAndIncrease(on, input, maps, { trivial: [] })).drop,
    ]
    const [here, there] = [await measure(model), await measure(pool)]
    here.forEach(({ metric, values, cost }, i) => {
      values.forEach((value, example) => {
        expect(there[i]!.values[example], metric).toBeCloseTo(value, 5)
      })
      expect(there[i]!.cost).toEqual(cost)
    })
    expect(memory().numTensors).toBe(before)
  })

  it('tell their progress and stop when told to', async () => {
    const maps = await explain(model, input, saliency())
    const controller = new AbortController()
    const before = memory().numTensors
    const told: number[] = []
    const onProgress = (done: number) => {
      told.push(done)
      if (done > 0.3) controller.abort()
    }
    const options = { steps: 20, trivial: [], signal: controller.signal, onProgress } as const
    await expect(deletion(model, input, maps, options)).rejects.toMatchObject({ code: 'aborted' })
    expect(told).toEqual([...told].sort((a, b) => a - b))
    expect(told.at(-1)).toBeLessThan(1)
    expect(memory().numTensors).toBe(before)
  })
})
