import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import {
  type AttributionMethod,
  explain,
  fromSafetensors,
  methodFromSpec,
  type NDArray,
  transferableSpec,
} from '@explainnet/core'
import { registerGradients } from '@explainnet/gradients'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { loadModel, saveModel, useBackend } from '@explainnet/node'
import { smoothGrad } from '@explainnet/smooth-grad'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conformanceChecks } from '../conformance.ts'
import { normals } from '../models/networks.ts'

/** What a stranger would write from SPEC.md alone: it imports nothing. */
const plugin = `
export const noisyGradient = ({ samples = 4 } = {}) => {
  if (!Number.isInteger(samples) || samples < 1) throw new Error('samples must be a whole number from 1')
  return {
    apiVersion: 1,
    name: 'noisy-gradient',
    needs: 'gradients',
    deterministic: false,
    options: { samples: { type: 'integer', text: 'Noisy copies.', default: 4, min: 1 } },
    spec: { module: import.meta.url, export: 'noisyGradient', options: { samples } },
    async *attribute(task) {
      const maps = {}
      for (const { name, axes, dtype } of task.model.inputs) {
        const { shape, data } = task.inputs[name]
        if (dtype === 'float32') maps[name] = { shape, axes, domain: 'input', data: new Float64Array(data.length) }
      }
      const rows = {
        count: samples * task.size,
        example: (row) => row % task.size,
        fill(row, into) {
          const random = task.random(Math.floor(row / task.size))
          for (const name of Object.keys(maps)) into[name].forEach((value, i) => (into[name][i] = value + 0.1 * random.normal()))
        },
      }
      for await (const { example, gradients } of task.gradients(rows)) {
        for (const [name, { data }] of Object.entries(maps)) {
          const start = example * gradients[name].length
          gradients[name].forEach((slope, i) => (data[start + i] += slope / samples))
        }
      }
      yield { maps }
    },
  }
}
`

let folder: string
let made: AttributionMethod
const input = normals([2, 6, 6, 1], 61)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'explainnet-plugin-'))
  await writeFile(join(folder, 'plugin.mjs'), plugin)
  await useBackend('wasm')
  registerGradients()
  const init = (seed: number) => tfl.initializers.randomNormal({ stddev: 0.5, seed })
  const layers = [
    tfl.layers.conv2d({
      inputShape: [6, 6, 1],
      filters: 3,
      kernelSize: 3,
      activation: 'relu',
      kernelInitializer: init(1),
    }),
    tfl.layers.flatten(),
    tfl.layers.dense({ units: 2, activation: 'softmax', kernelInitializer: init(2) }),
  ]
  await saveModel(join(folder, 'model'), tfl.sequential({ layers }))
  const { noisyGradient } = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'plugin.mjs')).href)
  made = noisyGradient({ samples: 6 })
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

/** What the worker posts back, as a file's bytes; the worker knows nothing but three plain objects. */
async function inWorker(data: { model: unknown; method: unknown; input: NDArray }): Promise<Uint8Array<ArrayBuffer>> {
  const worker = new Worker(new URL('./fixtures/explain-in-worker.ts', import.meta.url), {
    workerData: data,
    execArgv: ['--conditions=source'],
  })
  try {
    const answer = await new Promise<unknown>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    if (answer instanceof Uint8Array) return answer as Uint8Array<ArrayBuffer>
    throw new Error((answer as { failed: string }).failed)
  } finally {
    await worker.terminate()
  }
}

describe('a plugin outside the workspace', () => {
  it('runs in a worker by its spec and the spec of the model, with the same result', async () => {
    const model = await loadModel(join(folder, 'model'))
    const wanted = await explain(model, input, made, { seed: 7 })
    const bytes = await inWorker({ model: model.spec, method: transferableSpec(made), input })
    const { attribution } = fromSafetensors(bytes)
    expect(attribution.values).toEqual(wanted.values)
    expect(attribution.axes).toEqual(wanted.axes)
    const { certificate } = attribution
    expect(certificate.method).toEqual(wanted.certificate.method)
    expect(certificate.model).toEqual(wanted.certificate.model)
    expect(certificate.inputs).toEqual(wanted.certificate.inputs)
    expect(certificate.targets).toEqual(wanted.certificate.targets)
  })

  it('is wrapped and made again by the nested spec', async () => {
    const model = await loadModel(join(folder, 'model'))
    const wrapped = smoothGrad(made, { samples: 3 })
    const load = (module: string) => import(/* @vite-ignore */ module)
    const again = await methodFromSpec(JSON.parse(JSON.stringify(transferableSpec(wrapped))), load)
    expect((await explain(model as never, input, again)).values).toEqual(
      (await explain(model as never, input, wrapped)).values,
    )
  })

  it('cannot cross to a worker without a spec, and still works in the thread', async () => {
    const baseline = { inputs: normals([6, 6, 1], 62) }
    const method = integratedGradients({ steps: 4, baseline })
    expect(() => transferableSpec(method)).toThrow(expect.objectContaining({ code: 'not-transferable' }))
    expect((await explain(await loadModel(join(folder, 'model')), input, method)).shape).toEqual([2, 6, 6, 1])
  })

  it('passes the conformance suite', async () => {
    const load = (module: string) => import(/* @vite-ignore */ module)
    for (const { run } of conformanceChecks(made, { load })) await run()
  })
})
