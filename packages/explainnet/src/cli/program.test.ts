import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { pollenSim, pollenSimClasses } from '@explainnet/datasets'
import { saveModel, useBackend, writeImage } from '@explainnet/node'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { run } from './program.ts'

let folder: string
let model: string
let grain: string

beforeAll(async () => {
  await useBackend('wasm')
  folder = await mkdtemp(join(tmpdir(), 'explainnet-cli-'))
  model = join(folder, 'model')
  grain = join(folder, 'grain.png')
  const network = sequential({
    layers: [
      layers.conv2d({
        inputShape: [16, 16, 3],
        filters: 4,
        kernelSize: 3,
        padding: 'same',
        activation: 'relu',
        name: 'first',
      }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu', name: 'second' }),
      layers.globalAveragePooling2d({}),
      layers.dense({ units: pollenSimClasses.length, activation: 'softmax' }),
    ],
  })
  await saveModel(model, network, { name: 'tiny', labels: pollenSimClasses, input: { size: [16, 16] } })
  await writeImage(grain, pollenSim({ seed: 0, index: 0, size: 48 }))
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => vi.restoreAllMocks())

/** Runs a command line in this process and catches what it prints. */
async function explainnet(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const printed = { out: '', err: '' }
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.out += text
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed.err += text
    return true
  })
  const code = await run(['node', 'explainnet', ...args])
  vi.restoreAllMocks()
  return { code, ...printed }
}

const explain = (...args: string[]) =>
  explainnet('explain', '--model', model, '--out', join(folder, 'report'), '--backend', 'wasm', ...args)

describe('explainnet', () => {
  it('prints help for every command, with exit code 0', async () => {
    const { out, code } = await explainnet('--help')
    expect(code).toBe(0)
    for (const command of [
      'start',
      'explain',
      'evaluate',
      'train',
      'study',
      'methods',
      'inspect',
      'datasets',
      'reproduce',
      'doctor',
    ]) {
      expect(out).toContain(command)
      const help = await explainnet(command, '--help')
      expect(help.code).toBe(0)
      expect(help.out).toContain('Usage')
    }
  })

  it('exits with 2 for a command line that is wrong', async () => {
    expect((await explainnet('explode')).code).toBe(2)
    expect((await explainnet('explain')).code).toBe(2)
    expect((await explain(grain, '--seed', 'x')).code).toBe(2)
    const { code, err } = await explain(grain, '--backend', 'gpu')
    expect(code).toBe(2)
    expect(err).toContain('auto, tensorflow-gpu, webgpu, tensorflow, wasm, cpu')
  })

  it('explains images into a report, and prints nothing but data on stdout with --json', async () => {
    const { code, out } = await explain(grain, '--method', 'saliency,grad-cam', '--target', 'top2', '--json')
    expect(code).toBe(0)
    const { report, images } = JSON.parse(out)
    expect(images[0].results.map((result: { method: string }) => result.method)).toEqual(['saliency', 'grad-cam'])
    expect(images[0].results[0].certificate.targets).toHaveLength(2)
    expect(await readFile(report, 'utf8')).toContain('Grad-CAM')
  })

  it('goes on where a run was stopped: what is there is not computed again', async () => {
    const values = async () =>
      JSON.parse((await explain(grain, '--method', 'saliency', '--json')).out).images[0].results[0]
    const first = await values()
    const again = await values()
    expect(again.values).toBe(first.values)
    expect(again.certificate.cost.milliseconds).toBe(first.certificate.cost.milliseconds)
    await writeFile(first.values, 'damaged')
    expect((await values()).certificate.cost.forward).toBe(2)
  })

  it('reproduces a result from its file, and fails when the model is another one', async () => {
    const file = join(folder, 'one.safetensors')
    expect((await explain(grain, '--method', 'integrated-gradients', '--values', file, '--json')).code).toBe(0)
    const { code, out } = await explainnet('reproduce', file, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ passed: true, differences: [{ relativeL2: 0 }] })
    const other = join(folder, 'other')
    const network = sequential({
      layers: [layers.flatten({ inputShape: [16, 16, 3] }), layers.dense({ units: 10, activation: 'softmax' })],
    })
    await saveModel(other, network)
    const changed = await explainnet('reproduce', file, '--model', other, '--json')
    expect(changed.code).toBe(1)
  })

  it('computes on the backend asked for, says so, and computes again on the one that was used', async () => {
    const file = join(folder, 'on-cpu.safetensors')
    const args = [grain, '--method', 'saliency', '--values', file, '--json']
    await explain(...args)
    const run = await explain(...args, '--backend', 'cpu')
    expect(run.err).toContain('on cpu (JavaScript')
    const backend = expect.objectContaining({ name: 'cpu', device: expect.stringContaining('JavaScript') })
    expect(JSON.parse(run.out).images[0].results[0].certificate.backend).toEqual(backend)
    const again = JSON.parse((await explainnet('reproduce', file, '--json')).out)
    expect(again).toMatchObject({ passed: true, stored: backend, now: backend })
    const elsewhere = await explainnet('reproduce', file, '--backend', 'wasm')
    expect(elsewhere.code).toBe(0)
    expect(elsewhere.out).toMatch(/stored by cpu \(JavaScript.*\), computed again by wasm \(WebAssembly/)
  })

  it('sweeps all layers that a CAM method can take', async () => {
    const { out } = await explain(grain, '--method', 'grad-cam', '--layer', 'all', '--json')
    const layersTaken = JSON.parse(out).images[0].results.map(
      (result: { certificate: { layer: { name: string } } }) => result.certificate.layer.name,
    )
    expect(layersTaken).toEqual(['first', 'second'])
  })

  it('takes a plugin by its path, and options of methods', async () => {
    const plugin = join(folder, 'plugin.mjs')
    await writeFile(
      plugin,
      `export const half = () => ({
        apiVersion: 1, name: 'half', needs: 'gradients', deterministic: true, options: {},
        async *attribute(task) {
          const [[name, { shape }]] = Object.entries(task.inputs)
          for await (const { gradients } of task.gradients(task.originals))
            yield { maps: { [name]: { shape, data: gradients[name].map((g) => g / 2), axes: ['batch', 'height', 'width', 'channel'], domain: 'input' } } }
        },
      })`,
    )
    const { out } = await explain(
      grain,
      '--method',
      `${plugin},smooth-grad(integrated-gradients)`,
      '--option',
      'smooth-grad.samples=2',
      '--json',
    )
    const [half, smooth] = JSON.parse(out).images[0].results
    expect(half.certificate.method.name).toBe('half')
    expect(smooth.certificate.method.spec).toMatchObject({
      options: { samples: 2 },
      inner: { export: 'integratedGradients' },
    })
  })

  it('does not lose the other images for a bad one, and exits with 1', async () => {
    const bad = join(folder, 'bad.jpg')
    await writeFile(bad, 'not a picture')
    const { code, out, err } = await explain(bad, grain, '--method', 'saliency', '--json')
    expect(code).toBe(1)
    const { images, failed } = JSON.parse(out)
    expect(images).toHaveLength(1)
    expect(failed).toMatchObject([{ image: 'bad', code: 'bad-image' }])
    expect(err).toContain('bad.jpg')
  })

  it.each([
    ['an unknown label', ['--target', 'urtica'], /no label 'urtica'.*psilate/],
    ['an index out of range', ['--target', '99'], /Class 99/],
    ['an unknown layer', ['--method', 'grad-cam', '--layer', 'frist'], /'frist'.*'first'/],
    ['an unknown method', ['--method', 'salience'], /no method 'salience'.*saliency/],
    ['an unknown option', ['--method', 'saliency', '--option', 'saliency.steps=3'], /no option 'steps'/],
    [
      'an option of a method that is not run',
      ['--method', 'saliency', '--option', 'var-grad.samples=3'],
      /not among the methods/,
    ],
    ['an option that is no number', ['--method', 'var-grad', '--option', 'var-grad.samples=many'], /must be a number/],
    ['a contrast without a target', ['--against', 'psilate'], /--target/],
    ['an unknown baseline', ['--method', 'integrated-gradients', '--baseline', 'pink'], /no baseline "pink"/],
    ['an unknown preset', ['--preprocess', 'vgg'], /mobilenet/],
    ['a backend that is not there', ['--backend', 'tensorflow-gpu'], /npm install @tensorflow\/tfjs-node-gpu@/],
    [
      'an output folder that cannot be made',
      ['--method', 'saliency', '--out', '/dev/null/report'],
      /cannot be written/,
    ],
  ])('says in one line what is wrong with %s', async (_, args, message) => {
    const { code, err } = await explain(grain, ...args)
    expect(code).toBe(1)
    const lines = err.split('\n').filter((line) => message.test(line))
    expect(lines).toHaveLength(1)
    expect(err).not.toContain('    at ')
  })

  it('refuses a model file that is not one, naming it and the cure', async () => {
    const file = join(folder, 'net.onnx')
    await writeFile(file, 'x')
    const { code, err } = await explainnet('explain', grain, '--model', file)
    expect(code).toBe(1)
    expect(err).toMatch(/ONNX.*fromPredict/)
    expect((await explainnet('explain', join(folder, 'none.png'), '--model', model)).err).toContain('No image')
  })

  it('inspects a model: layers, the layer that Grad-CAM takes, the final activation', async () => {
    const { out } = await explainnet('inspect', '--model', model, '--json')
    expect(JSON.parse(out)).toMatchObject({ kind: 'layers', finalActivation: 'softmax', camLayer: 'second' })
    expect((await explainnet('inspect', '--model', model)).out).toMatch(/second.*← Grad-CAM/)
  })

  it('puts preprocessing and labels of the command line over those of the card', async () => {
    const labels = pollenSimClasses.map((_, i) => `kind ${i}`).join(',')
    const given = ['--preprocess', '{"size":[16,16],"range":[-1,1]}', '--labels', labels]
    const { card } = JSON.parse((await explainnet('inspect', '--model', model, '--json', ...given)).out)
    expect(card).toMatchObject({ name: 'tiny', input: { range: [-1, 1] }, labels: labels.split(',') })
  })

  it('lists the methods with their options', async () => {
    const { out } = await explainnet('methods', '--json')
    const names = JSON.parse(out).map((method: { name: string }) => method.name)
    expect(names).toContain('integrated-gradients')
    expect((await explainnet('methods')).out).toContain('--option smooth-grad.samples')
  })

  it('evaluates a model on a folder of class folders', async () => {
    const data = join(folder, 'data')
    expect((await explainnet('datasets', 'pollen-sim', data, '--count', '12', '--size', '32')).code).toBe(0)
    const page = join(folder, 'evaluation')
    const { code, out } = await explainnet(
      ...['evaluate', '--model', model, '--data', data, '--backend', 'wasm', '--out', page, '--json'],
    )
    expect(code).toBe(0)
    const { accuracy, count, macro, roc } = JSON.parse(out)
    expect(count).toBe(12)
    const mean = roc.reduce((sum: number, curve: { auc: number }) => sum + curve.auc / roc.length, 0)
    expect(macro.auc).toBeCloseTo(mean, 10)
    for (const figure of ['confusion', 'roc']) await access(join(page, 'figures', `${figure}.png`))
    expect(accuracy).toBeGreaterThanOrEqual(0)
    expect((await explainnet('evaluate', '--model', model, '--data', join(folder, 'nowhere'))).code).toBe(1)
  })

  it('sorts a flat folder into class folders, and splits it', async () => {
    const flat = join(folder, 'flat')
    for (let i = 0; i < 10; i++) {
      await writeImage(join(flat, `a_${i}.png`), pollenSim({ seed: 1, index: i, size: 32 }))
      await writeImage(join(flat, `b (${i}).png`), pollenSim({ seed: 2, index: i, size: 32 }))
    }
    const sorted = await explainnet('datasets', 'sort', flat, join(folder, 'sorted'), '--json')
    expect(JSON.parse(sorted.out).copied).toHaveLength(20)
    const { train, validation, test } = JSON.parse((await explainnet('datasets', 'split', join(folder, 'sorted'))).out)
    expect([train.length, validation.length, test.length]).toEqual([12, 4, 4])
  })

  it('compares methods, a file of the user among them, and says which to use or why none', async () => {
    const own = join(folder, 'edges.mjs')
    await writeFile(
      own,
      `export const edges = () => ({ apiVersion: 1, name: 'edges', needs: 'predictions', deterministic: true, options: {},
        async *attribute({ inputs }) {
          const [name, { shape, data }] = Object.entries(inputs)[0]
          const values = data.map((value, i) => Math.abs(value - (data[i - 3] ?? value)))
          yield { maps: { [name]: { shape, data: values, axes: ['batch', 'height', 'width', 'channel'], domain: 'input' } } }
        } })`,
    )
    const pictures = join(folder, 'compared')
    for (let i = 0; i < 3; i++) await writeImage(join(pictures, `${i}.png`), pollenSim({ seed: 3, index: i, size: 48 }))
    const page = join(folder, 'comparison')
    const compare = (...args: string[]) =>
      explainnet('compare', pictures, '--model', model, '--backend', 'wasm', '--out', page, ...args)
    const { code, out } = await compare('--method', `saliency,${own}`, '--json')
    expect(code).toBe(0)
    const found = JSON.parse(out)
    expect(found.examples).toBe(3)
    expect(found.methods[1]).toMatchObject({ title: 'edges', outcome: 'insane' })
    expect(await readFile(join(page, 'index.html'), 'utf8')).toContain('failed the sanity check')
    expect(JSON.parse(await readFile(join(page, 'comparison.json'), 'utf8'))).toEqual(found)
    const poor = await compare('--method', 'saliency', '--budget', '10')
    expect(poor.code).toBe(1)
    expect(poor.err).toMatch(/too small for any method/)
    expect((await compare('--budget', 'much')).code).toBe(2)
  })
})

describe('explainnet convert', () => {
  it('writes a Keras file as a folder that every command takes, with its card', async () => {
    const { unzipped, card, out } = {
      unzipped: join(folder, 'little.h5'),
      card: join(folder, 'little-card.json'),
      out: join(folder, 'converted'),
    }
    const fixture = new URL('../../../keras/test/fixtures/keras-2.15-little.h5.gz', import.meta.url)
    await writeFile(unzipped, gunzipSync(await readFile(fixture)))
    await writeFile(card, JSON.stringify({ name: 'little' }))
    const { code, err } = await explainnet('convert', unzipped, out, '--card', card)
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/parameters and its card/) })
    const inspected = await explainnet('inspect', '--model', out)
    expect(inspected.code).toBe(0)
    expect((await explainnet('inspect', '--model', unzipped)).out).toContain(inspected.out.split('\n')[2]!.trim())
  })

  it('says what is wrong with a file that is no Keras file', async () => {
    const { code, err } = await explainnet('convert', grain, join(folder, 'nothing'))
    expect(code).toBe(1)
    expect(err).toMatch(/^explainnet: /)
  })
})

describe('the protocol', async () => {
  const text = await readFile(new URL('../../../compare/PROTOCOL.md', import.meta.url), 'utf8')
  const commands = [...text.matchAll(/^ *explainnet (.+)$/gm)].map((match) => match[1]!)

  it('has a command for most steps', () => {
    expect(commands.length).toBeGreaterThanOrEqual(6)
  })

  it.each(commands)('explainnet %s is a command line that is understood', async (line) => {
    // Nothing that it names is there: that is error 1, and a command line that cannot be read is error 2.
    expect((await explainnet(...line.split(' '))).code).toBe(1)
  })
})
