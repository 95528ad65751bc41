import { registerGradients } from '@explainnet/gradients'
import { useBackend } from '@explainnet/node'
import { tensor } from '@tensorflow/tfjs-core'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { beforeAll, expect, it } from 'vitest'
import { resolveRecipe } from './schedule.ts'
import { stepper } from './step.ts'

beforeAll(async () => {
  await useBackend('wasm')
  registerGradients()
})

/** Softmax regression, Nesterov momentum and weight decay of the kernel, in plain numbers. */
function byHand(x: number[][], labels: number[], kernel: number[][], steps: number) {
  const [rate, momentum, decay, smoothing] = [0.3, 0.9, 0.01, 0.1]
  const bias = kernel[0]!.map(() => 0)
  const p = kernel.map((row) => row.map(() => 0))
  const q = bias.map(() => 0)
  const losses: number[] = []
  for (let step = 0; step < steps; step++) {
    const gradient = kernel.map((row) => row.map((weight) => decay * weight))
    const biasGradient = bias.map(() => 0)
    let loss = 0
    for (const [n, row] of x.entries()) {
      const powers = bias.map((b, c) => Math.exp(b + row.reduce((sum, value, i) => sum + value * kernel[i]![c]!, 0)))
      const total = powers.reduce((a, b) => a + b)
      for (const [c, power] of powers.entries()) {
        const wanted = (c === labels[n] ? 1 - smoothing : 0) + smoothing / bias.length
        loss -= (wanted * Math.log(power / total)) / x.length
        const error = (power / total - wanted) / x.length
        biasGradient[c]! += error
        row.forEach((value, i) => {
          gradient[i]![c]! += error * value
        })
      }
    }
    losses.push(loss)
    const move = (weights: number[], gradients: number[], momenta: number[]) => {
      for (const [c, g] of gradients.entries()) {
        momenta[c] = momentum * momenta[c]! + g
        weights[c]! -= rate * (g + momentum * momenta[c]!)
      }
    }
    for (const [i, row] of kernel.entries()) move(row, gradient[i]!, p[i]!)
    move(bias, biasGradient, q)
  }
  return { kernel, bias, losses }
}

it('takes the steps that the formulas say', async () => {
  const x = [
    [1, -2],
    [0.5, 3],
    [-1, 0.25],
  ]
  const labels = [0, 2, 1]
  const start = [
    [0.2, -0.1, 0.4],
    [-0.3, 0.5, 0.1],
  ]
  const network = sequential({ layers: [layers.dense({ units: 3, inputShape: [2] })] })
  network.setWeights([tensor(start), tensor([0, 0, 0])])
  const recipe = resolveRecipe({ epochs: 1, batchSize: 3, peakRate: 1, weightDecay: 0.01 })
  const descent = stepper(network, recipe)
  const batch = { inputs: Float32Array.from(x.flat()), labels }
  const losses: number[] = []
  for (let step = 0; step < 3; step++) losses.push((await descent.step(batch, 0.3)).loss)
  const expected = byHand(x, labels, structuredClone(start), 3)
  const [kernel, bias] = network.getWeights().map((weight) => weight.dataSync())
  kernel!.forEach((value, i) => {
    expect(value).toBeCloseTo(expected.kernel.flat()[i]!, 5)
  })
  bias!.forEach((value, i) => {
    expect(value).toBeCloseTo(expected.bias[i]!, 5)
  })
  losses.forEach((loss, i) => {
    expect(loss).toBeCloseTo(expected.losses[i]!, 5)
  })
  descent.dispose()
  network.dispose()
})
