import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type LayeredModel, prepareImage } from '@explainnet/core'
import { pollenSim, pollenSimSplit } from '@explainnet/datasets'
import { predictedClass } from '@explainnet/metrics'
import { decodeImage, loadModel, useBackend } from '@explainnet/node'
import { beforeAll, describe, expect, it } from 'vitest'
import { evaluateFolder } from './evaluate/folder.ts'
import { pollenModelPath, pollenSimModelPath, readHeldOut, tinyImageNetModelPath } from './models.ts'

const data = process.env['EXPLAINNET_DATA']
beforeAll(async () => {
  await useBackend('wasm')
})

const accuracyOnRendered = async (model: LayeredModel, count: number) => {
  let correct = 0
  for (const index of pollenSimSplit('test', count)) {
    const picture = pollenSim({ seed: 1, index })
    const { input } = prepareImage(picture, model.card!.input!)
    const outputs = await model.predict({ [model.inputs[0]!.name]: input }, { space: 'probability' })
    if (predictedClass(outputs[model.outputs[0]!.name]!.data) === picture.label) correct++
  }
  return correct / count
}

describe('the committed networks', () => {
  it('fit into two megabytes each', async () => {
    for (const folder of [pollenModelPath, pollenSimModelPath, tinyImageNetModelPath]) {
      const sizes = await Promise.all(
        (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size),
      )
      expect(sizes.reduce((a, b) => a + b)).toBeLessThan(2e6)
    }
  })

  it('tells at least 95 of 100 newly rendered grains apart', async () => {
    expect(await accuracyOnRendered(await loadModel(pollenSimModelPath), 100)).toBeGreaterThanOrEqual(0.95)
  })

  it('has a map of at least 16×16 for Grad-CAM on rendered pollen', async () => {
    const spatial = (await loadModel(pollenSimModelPath)).layers().filter((layer) => layer.spatial)
    expect(spatial.at(-1)!.shape.slice(1, 3)).toEqual([16, 16])
  })

  it('was tested on files that it was not chosen on', async () => {
    const { labels, validation, test } = await readHeldOut()
    const chosen = new Set(validation.map((file) => file.sha256))
    expect(test.some((file) => chosen.has(file.sha256))).toBe(false)
    expect(new Set(test.map((file) => file.label))).toEqual(new Set(labels))
  })

  it.skipIf(!data)('is as accurate on the test photographs as its card says (needs EXPLAINNET_DATA)', async () => {
    const model = await loadModel(pollenModelPath)
    const { test } = await readHeldOut()
    const report = await evaluateFolder(model, join(data!, 'pollen23e'), { decode: decodeImage, files: test })
    const claimed = model.card!.metrics!['test'] as { accuracy: number; count: number; loss: number }
    expect(report.accuracy).toBe(claimed.accuracy)
    expect(report.count).toBe(claimed.count)
    expect(report.loss).toBeCloseTo(claimed.loss, 3)
    expect(report.accuracy).toBeGreaterThanOrEqual(0.86)
  })
})
