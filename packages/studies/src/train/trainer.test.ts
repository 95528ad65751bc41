import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomStream } from '@explainnet/core'
import { registerGradients } from '@explainnet/gradients'
import { useBackend } from '@explainnet/node'
import { memory, mul, tidy } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { epochBatches, plainBatches } from './batches.ts'
import { meanLoss } from './mean-loss.ts'
import { buildNetwork, initialise } from './network.ts'
import { mix, type TrainingTask, train } from './trainer.ts'

let folder: string
beforeAll(async () => {
  await useBackend('wasm')
  registerGradients()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'train-'))
})
afterEach(() => rm(folder, { recursive: true }))

const size = 8
const toyNetwork = (final: 'softmax' | 'linear') =>
  buildNetwork(
    { name: 'toy', inputShape: [size, size, 1], stages: [{ width: 6 }, 'pool', 'residual'], dropout: 0.1, classes: 2 },
    final,
  )

/** Noise with a bright row (class 0) or column (class 1). */
function stripes(seed: number, count: number) {
  return Array.from({ length: count }, (_, i) => {
    const random = randomStream(seed, i)
    const values = Float32Array.from({ length: size * size }, () => random.normal() / 2)
    const [label, line] = [i % 2, random.integer(size)]
    for (let k = 0; k < size; k++) values[label === 0 ? line * size + k : k * size + line]! += 2
    return { values, label }
  })
}

function toyTask(epochs: number): TrainingTask {
  const examples = stripes(1, 64)
  const source = {
    count: examples.length,
    size: size * size,
    label: (i: number) => examples[i]!.label,
    write: (i: number, _: unknown, target: Float32Array, offset: number) => target.set(examples[i]!.values, offset),
  }
  return {
    network: toyNetwork,
    stepsPerEpoch: 4,
    batches: (epoch) => epochBatches(source, 16, 0, epoch),
    validation: plainBatches(stripes(2, 32)),
    recipe: { epochs, batchSize: 16, peakRate: 0.1 },
    seed: 0,
    data: 'stripes',
  }
}

const weightsOf = (network: LayersModel) => network.getWeights().map((weight) => [...weight.dataSync()])

describe('train', () => {
  it('learns a toy problem, and keeps the epoch with the lowest validation loss', async () => {
    const task = toyTask(12)
    const { network, history, best } = await train(task)
    expect(history.map((record) => record.epoch)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1))
    expect(best.validationLoss).toBe(Math.min(...history.map((record) => record.validationLoss)))
    expect(best.validationAccuracy).toBeGreaterThan(0.9)
    expect((await meanLoss(network, task.validation)).loss).toBe(best.validationLoss)
    network.dispose()
  })

  it('goes on where it was stopped, to the very same weights', async () => {
    const whole = await train(toyTask(4))
    const stop = new AbortController()
    const stopped = train(toyTask(4), {
      folder,
      signal: stop.signal,
      onStep: ({ epoch, step }) => void (epoch === 3 && step === 2 && stop.abort()),
    })
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' })
    const continued = await train(toyTask(4), { folder })
    expect(continued.history).toEqual(whole.history)
    expect(weightsOf(continued.network)).toEqual(weightsOf(whole.network))
    whole.network.dispose()
    continued.network.dispose()
  })

  it('keeps the state of the last whole epoch when it is stopped', async () => {
    const stop = new AbortController()
    const options = { folder, signal: stop.signal, onEpoch: () => stop.abort() }
    await expect(train(toyTask(4), options)).rejects.toMatchObject({ code: 'aborted' })
    const file = await readFile(join(folder, 'training.safetensors'))
    expect(file.toString('latin1')).toContain('\\"epoch\\":1')
  })

  it('refuses to continue another run', async () => {
    const { network } = await train(toyTask(1), { folder })
    network.dispose()
    await expect(train({ ...toyTask(1), seed: 1 }, { folder })).rejects.toMatchObject({ code: 'bad-option' })
  })

  it('leaves no tensor behind, from epoch to epoch and on either end', async () => {
    const before = memory().numTensors
    const counts: number[] = []
    const { network } = await train(toyTask(3), { onEpoch: () => counts.push(memory().numTensors) })
    network.dispose()
    expect(new Set(counts).size).toBe(1)
    expect(memory().numTensors).toBe(before)
    const signal = AbortSignal.abort()
    await expect(train(toyTask(3), { signal })).rejects.toMatchObject({ code: 'aborted' })
    expect(memory().numTensors).toBe(before)
  })
})

it('averages all weights, batch statistics included, by decay · average + (1 − decay) · network', () => {
  const [average, network] = [toyNetwork('softmax'), toyNetwork('linear')]
  initialise(average, 1)
  initialise(network, 2)
  const moving = network.weights.findIndex((weight) => weight.originalName.includes('moving_variance'))
  tidy(() => void network.weights[moving]!.write(mul(network.weights[moving]!.read(), 5)))
  const [a, b] = [weightsOf(average), weightsOf(network)]
  mix(average, network, 0.75)
  weightsOf(average).forEach((row, i) => {
    row.forEach((value, k) => {
      expect(value).toBeCloseTo(0.75 * a[i]![k]! + 0.25 * b[i]![k]!, 6)
    })
  })
  expect(weightsOf(average)[moving]![0]).toBe(2)
  average.dispose()
  network.dispose()
})
