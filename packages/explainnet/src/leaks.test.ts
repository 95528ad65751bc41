import { explain, type LayeredModel, prepareImage } from '@explainnet/core'
import { pollenSim } from '@explainnet/datasets'
import { gradCam } from '@explainnet/grad-cam'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { loadModel, useBackend } from '@explainnet/node'
import { inputXGradient, saliency } from '@explainnet/saliency'
import { smoothGrad } from '@explainnet/smooth-grad'
import { pollenSimModelPath } from '@explainnet/studies'
import { memory } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'

const methods = [
  saliency(),
  inputXGradient(),
  smoothGrad(saliency(), { samples: 3 }),
  integratedGradients({ steps: 3 }),
  gradCam(),
]
let model: LayeredModel
const input = (index: number) => prepareImage(pollenSim({ seed: 9, index }), model.card!.input!).input

beforeAll(async () => {
  await useBackend('wasm')
  model = await loadModel(pollenSimModelPath)
})

describe('the committed network on wasm', () => {
  it('leaks no tensor over 100 explanations', async () => {
    await explain(model, input(0), saliency())
    const before = memory().numTensors
    for (let i = 0; i < 100; i++) await explain(model, input(i % 10), methods[i % methods.length]!)
    expect(memory().numTensors).toBe(before)
  })
  it('leaks no tensor after a throw and after an abort half-way', async () => {
    const before = memory().numTensors
    await expect(explain(model, input(0), gradCam({ layer: 'nowhere' }))).rejects.toMatchObject({
      code: 'unknown-layer',
    })
    const stop = new AbortController()
    const stopped = explain(model, input(0), smoothGrad(saliency(), { samples: 64 }), {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    })
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' })
    expect(memory().numTensors).toBe(before)
  })
  it('moves the map with the target', async () => {
    const [first, second] = await Promise.all([1, 2].map((target) => explain(model, input(0), saliency(), { target })))
    expect(Array.from(first!.values)).not.toEqual(Array.from(second!.values))
  })
})
