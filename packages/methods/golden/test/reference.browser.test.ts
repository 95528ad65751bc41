import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-layers'
import '@tensorflow/tfjs-backend-webgl'
import '@tensorflow/tfjs-backend-webgpu'
import { registerGradients } from '@explainnet/gradients'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { commands } from 'vitest/browser'
import { allNames, compare, type Name, readSeed, type Seed } from './reference.ts'

const hasReference = inject('hasReference')
/** Of integrated gradients one rule: the others differ in nothing that a GPU does. */
const onGPU = allNames.filter((name) => !/50$/.test(name))
const onHistology: readonly Name[] = ['saliency.signed', 'grad_cam_pp', 'guided_backprop']

/** On WebGL ten times the bounds of float32. A pass of the histology network takes the software GPU of headless Chromium minutes. */
const backends = [
  { backend: 'wasm', slack: 1, names: allNames, histology: onHistology },
  { backend: 'webgpu', slack: 1, names: onGPU, histology: [] },
  { backend: 'webgl', slack: 10, names: onGPU, histology: [] },
]

describe.each(backends)(
  'the reference values of the seeds, on $backend in a browser',
  ({ backend, slack, names, histology }) => {
    beforeAll(async () => {
      setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/')
      registerGradients()
      expect(await tf.setBackend(backend), `${backend} starts`).toBe(true)
      await tf.ready()
    })

    describe.skipIf(!hasReference)('of the MNIST-1D network (needs EXPLAINNET_DATA and EXPLAINNET_GOLDEN)', () => {
      const seed = network('MNIST1D.h5', 'mnist1d.safetensors')
      it.each(names)('%s is within the bounds of float32', async (name) => {
        const result = await compare(seed(), name, 'conv1d_2')
        expect(result.max).toBeLessThanOrEqual(slack * 1e-4)
      })
    })

    if (histology.length === 0) return
    describe.skipIf(!hasReference)('of the histology network (needs EXPLAINNET_DATA and EXPLAINNET_GOLDEN)', () => {
      const seed = network('HMT.h5', 'hmt.safetensors')
      it.each(histology)('%s is within the bounds of float32', async (name) => {
        const { l2, max, within } = await compare(seed(), name, 'conv2d_3')
        expect(l2).toBeLessThanOrEqual(slack * 2e-3)
        expect(max).toBeLessThanOrEqual(slack * 1e-2)
        expect(1 - within).toBeLessThanOrEqual(slack * 0.01)
      })
    })
  },
)

function network(modelFile: string, valuesFile: string): () => Seed {
  let seed: Seed | undefined
  beforeAll(async () => {
    const bytes = async (folder: 'data' | 'golden', file: string) =>
      Uint8Array.from(atob(await commands.referenceFile(folder, file)), (letter) => letter.charCodeAt(0))
    if (hasReference)
      seed = await readSeed(await bytes('data', `seeds/${modelFile}`), await bytes('golden', valuesFile))
  })
  afterAll(() => seed?.dispose())
  return () => seed!
}
