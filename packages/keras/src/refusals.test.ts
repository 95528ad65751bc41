import '@tensorflow/tfjs-backend-cpu'
import { memory } from '@tensorflow/tfjs-core'
import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { fixture } from '../test/fixture.ts'
import { fromKeras } from './from-keras.ts'
import { type ReadKerasOptions, readKeras } from './read-keras.ts'

const whole = () => fixture('keras-2.15-little.h5').bytes
const zipped = () => fixture('keras-3.15-little.keras').bytes
const bare = () => fixture('keras-3.15-little-bare.weights.h5')

/** One line, with a cure, and no tensor left behind. */
async function refusal(bytes: Uint8Array, options: ReadKerasOptions, code: string, ...words: RegExp[]) {
  const before = memory().numTensors
  const error = await readKeras(bytes, options).then(
    () => undefined,
    (error) => error,
  )
  expect(error).toMatchObject({ name: 'ExplainError', code })
  expect(error.message).not.toMatch(/\n|undefined|\[object/)
  for (const word of words) expect(error.message).toMatch(word)
  expect(memory().numTensors).toBe(before)
}

/** The architecture of the little network, changed. */
function changed(change: (layers: { class_name: string; config: Record<string, unknown> }[]) => void) {
  const json = JSON.parse(bare().architecture!)
  change(json.config.layers)
  return json
}

describe('refuses, without a trace', () => {
  it('what is no Keras file', async () => {
    for (const bytes of [new Uint8Array(0), new Uint8Array(3000), new TextEncoder().encode('a text, not a network')]) {
      await refusal(bytes, {}, 'bad-file', /neither HDF5 nor a zip/)
    }
  })

  it('an HDF5 file that was cut short, anywhere', async () => {
    const bytes = whole()
    for (const share of [0.01, 0.2, 0.5, 0.9, 0.999]) {
      await refusal(bytes.slice(0, bytes.length * share), {}, 'bad-file', /damaged or cut short/)
    }
  })

  it('an HDF5 file with bytes overwritten, or reads it', async () => {
    for (let i = 0; i < 12; i++) {
      const bytes = Uint8Array.from(whole())
      bytes.fill(0xff, 600 + 400 * i, 616 + 400 * i)
      const before = memory().numTensors
      const found = await readKeras(bytes).catch((error) => error)
      if (found instanceof Error) expect(found).toMatchObject({ name: 'ExplainError' })
      else found.dispose()
      expect(memory().numTensors).toBe(before)
    }
  })

  it('a zip file that was cut short, or is none of Keras', async () => {
    const bytes = zipped()
    await refusal(bytes.slice(0, bytes.length / 2), {}, 'bad-file', /damaged or cut short/)
    await refusal(zipSync({ 'a.txt': new Uint8Array(3) }), {}, 'bad-file', /no Keras model.*config\.json/)
    const config = new TextEncoder().encode('{"class_name"')
    await refusal(zipSync({ 'config.json': config, 'model.weights.h5': whole() }), {}, 'bad-file', /config\.json/)
    const text = new TextEncoder().encode('{}')
    await refusal(zipSync({ 'config.json': text, 'model.weights.h5': text }), {}, 'bad-file', /HDF5/)
  })

  it('weights without an architecture, and what is no architecture', async () => {
    await refusal(bare().bytes, {}, 'bad-option', /without an architecture/)
    await refusal(bare().bytes, { architecture: '{"class_name"' }, 'bad-file', /no whole JSON/)
    for (const architecture of [{}, { class_name: 'Dense' }, { class_name: 'Sequential', config: {} }, []]) {
      await refusal(bare().bytes, { architecture }, 'bad-file', /configuration/)
    }
  })

  it('weights of another shape, with the layer and both shapes', async () => {
    const architecture = changed((layers) => {
      layers.at(-1)!.config['units'] = 4
    })
    await refusal(bare().bytes, { architecture }, 'bad-file', /kernel of 'dense_\d+' is \[4, 3\] in the file, \[4, 4\]/)
    const json = JSON.parse(fixture('keras-2.15-little-bare.h5').architecture!)
    json.config.layers.at(-1).config.units = 4
    const { bytes } = fixture('keras-2.15-little-bare.h5')
    await refusal(bytes, { architecture: json }, 'bad-file', /kernel of 'dense_\d+' is \[4, 3\] in the file, \[4, 4\]/)
  })

  it('a layer too many, on either side', async () => {
    const without = changed((layers) => layers.pop())
    await refusal(bare().bytes, { architecture: without }, 'bad-file', /layers\/dense_1, the architecture has no such/)
    const more = changed((layers) => layers.push({ class_name: 'Dense', config: { name: 'more', units: 2 } }))
    await refusal(bare().bytes, { architecture: more }, 'bad-file', /'more' the file holds no weights.*\[3, 2\] \[2\]/)
  })

  it('layers that TensorFlow.js lacks and arguments that it ignores, all in one message', async () => {
    const architecture = changed((layers) => {
      layers[1]!.config['groups'] = 2
      layers.push({ class_name: 'Lambda', config: { name: 'mine' } })
      layers.push({ class_name: 'UnitNormalization', config: { name: 'unit' } })
      layers.push({ class_name: 'ReLU', config: { name: 'slope', negative_slope: 0.1 } })
      layers.push({ class_name: 'Activation', config: { name: 'hard', activation: 'hard_sigmoid' } })
      layers.push({ class_name: 'Dense', config: { name: 'new', units: 2, moon_phase: 'full' } })
    })
    await refusal(
      bare().bytes,
      { architecture },
      'unsupported-model',
      /Lambda \('mine'\), UnitNormalization \('unit'\)/,
      /groups = 2 of Conv2D/,
      /negative_slope = 0.1 of ReLU \('slope'\)/,
      /activation = Keras 3's hard_sigmoid/,
      /moon_phase = "full" of Dense \('new'\)/,
    )
  })

  it('normalisation over an axis that is not the last', async () => {
    const architecture = changed((layers) => {
      const norm = layers.find(({ class_name }) => class_name === 'BatchNormalization')!
      norm.config['axis'] = 1
    })
    await refusal(bare().bytes, { architecture }, 'unsupported-model', /axis 1 of 4 of BatchNormalization/)
  })

  it('connections to layers that are not there, rather than to look for them without end', async () => {
    const json = JSON.parse(fixture('keras-2.15-little-bare.h5').architecture!)
    const [input] = json.config.layers
    const dense = {
      class_name: 'Dense',
      name: 'd',
      config: { name: 'd', units: 2 },
      inbound_nodes: [[['lost', 0, 0, {}]]],
    }
    const layers = [{ ...input, name: input.config.name, inbound_nodes: [] }, dense]
    const ends = { input_layers: [[input.config.name, 0, 0]], output_layers: [['d', 0, 0]] }
    const architecture = { class_name: 'Functional', config: { name: 'f', layers, ...ends } }
    await refusal(bare().bytes, { architecture }, 'bad-file', /no layer 'lost'/)
  })

  it('a card that contradicts the network', async () => {
    const before = memory().numTensors
    await expect(fromKeras(whole(), { card: { input: { size: [9, 9] } } })).rejects.toMatchObject({ code: 'bad-card' })
    expect(memory().numTensors).toBe(before)
  })
})
