import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { type LayeredModel, readSafetensors } from '@explainnet/core'
import { readKeras } from '@explainnet/keras'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useBackend } from '../backend/use-backend.ts'
import { loadModelPool } from '../pool/load-model-pool.ts'
import { loadFromSpec, loadModel, readModelCard } from './load-model.ts'
import { saveModel } from './save-model.ts'

const fixtures = fileURLToPath(new URL('../../../keras/test/fixtures/', import.meta.url))
const stored = async (name: string) => gunzipSync(await readFile(join(fixtures, `${name}.gz`)))

let folder: string
beforeAll(async () => {
  await useBackend('cpu')
  folder = await mkdtemp(join(tmpdir(), 'keras-'))
  for (const [name, fixture] of [
    ['whole.h5', 'keras-2.15-little.h5'],
    ['zipped.keras', 'keras-3.15-little.keras'],
    ['bare.weights.h5', 'keras-3.15-little-bare.weights.h5'],
    ['bare.json', 'keras-3.15-little-bare.architecture.json'],
    ['without-ending', 'keras-2.15-little.h5'],
    ['recurrent.keras', 'keras-3.15-sequences.keras'],
  ] as const) {
    await writeFile(join(folder, name), await stored(fixture))
  }
})
afterAll(() => rm(folder, { recursive: true }))

async function farthest(model: LayeredModel, fixture: string) {
  const { tensors } = readSafetensors(await stored(`${fixture}.safetensors`))
  const pixels = tensors['in.pixels']!
  const inputs = { [model.inputs[0]!.name]: { shape: pixels.shape, data: pixels.data as Float32Array } }
  const { data } = Object.values(await model.predict(inputs, { space: 'probability' }))[0]!
  return data.reduce((most, value, i) => Math.max(most, Math.abs(value - tensors['out.0']!.data[i]!)), 0)
}

describe('loadModel', () => {
  it.each([
    ['whole.h5', 'keras-2.15-little'],
    ['zipped.keras', 'keras-3.15-little'],
    ['without-ending', 'keras-2.15-little'],
  ])('loads %s', async (name, fixture) => {
    const model = await loadModel(join(folder, name))
    expect(model.spec).toEqual({ kind: 'keras', source: join(folder, name) })
    expect(model.finalActivation).toBe('softmax')
    expect(await farthest(model, fixture)).toBeLessThan(1e-5)
  })

  it('loads weights with their architecture, also from the spec and in workers', async () => {
    const architecture = join(folder, 'bare.json')
    const model = await loadModel(join(folder, 'bare.weights.h5'), { architecture })
    expect(await farthest(model, 'keras-3.15-little-bare')).toBeLessThan(1e-5)
    const again = await loadFromSpec(JSON.parse(JSON.stringify(model.spec)))
    expect(await again.fingerprint!()).toBe(await model.fingerprint!())
    const pool = await loadModelPool(join(folder, 'bare.weights.h5'), { architecture, workers: 1, backend: 'cpu' })
    expect(await pool.fingerprint!()).toBe(await model.fingerprint!())
    await pool.close()
  })

  it('finds the card of the file, else that of the folder', async () => {
    await writeFile(join(folder, 'card.json'), '{"labels":["x","y","z"]}')
    await writeFile(join(folder, 'bare.card.json'), '{"labels":["a","b","c"]}')
    expect((await loadModel(join(folder, 'whole.h5'))).card?.labels).toEqual(['x', 'y', 'z'])
    expect((await readModelCard(join(folder, 'bare.weights.h5')))?.labels).toEqual(['a', 'b', 'c'])
    await rm(join(folder, 'card.json'))
  })

  it('names the file in its errors', async () => {
    const missing = join(folder, 'missing.h5')
    await expect(loadModel(missing)).rejects.toMatchObject({
      code: 'bad-file',
      message: expect.stringContaining(`${missing} does not exist`),
    })
    await expect(loadModel(join(folder, 'bare.weights.h5'))).rejects.toMatchObject({
      code: 'bad-option',
      message: expect.stringContaining('bare.weights.h5'),
    })
  })

  it('reads a network back that was saved in the format of TensorFlow.js, with layers of the Keras package', async () => {
    const network = await readKeras(await readFile(join(folder, 'recurrent.keras')))
    await saveModel(join(folder, 'converted'), network)
    const [first, second] = await Promise.all([
      loadModel(join(folder, 'converted')),
      loadModel(join(folder, 'recurrent.keras')),
    ])
    expect(first.layers().some(({ type }) => type === 'ResetAfterGRU')).toBe(true)
    const inputs = Object.fromEntries(
      first.inputs.map(({ name, shape }) => {
        const sides = [2, ...shape.slice(1)] as number[]
        const size = sides.reduce((product, side) => product * side, 1)
        return [name, { shape: sides, data: Float32Array.from({ length: size }, (_, i) => (i * 7) % 5) }]
      }),
    )
    const [one, other] = await Promise.all(
      [first, second].map((model) => model.predict(inputs, { space: 'probability' })),
    )
    for (const name of Object.keys(one!)) expect(one![name]!.data).toEqual(other![name]!.data)
    network.dispose()
  })
})
