import { readFile } from 'node:fs/promises'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-layers'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { explain } from '@explainnet/core'
import { registerGradients } from '@explainnet/gradients'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { occlusion } from '@explainnet/occlusion'
import { saliency } from '@explainnet/saliency'
import { shap } from '@explainnet/shap'
import { smoothGrad, smoothGradSquared, varGrad } from '@explainnet/smooth-grad'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { normalsFor, withNoise } from './injected-noise.ts'
import { allNames, compare, distance, methods, type Name, readSeed, type Seed } from './reference.ts'

const { EXPLAINNET_DATA: data, EXPLAINNET_GOLDEN: golden } = process.env
const onHistologyByCpu: Name[] = ['saliency.signed', 'grad_cam_pp']
const onHistology = allNames.filter((name) => !/left|right|16/.test(name))

// A pass of the histology network takes seconds on cpu: two methods there, and no integrated gradients.
describe.each([
  { backend: 'wasm', names: onHistology },
  { backend: 'cpu', names: onHistologyByCpu },
])('the reference values of the seeds, on $backend', ({ backend, names }) => {
  beforeAll(async () => {
    registerGradients()
    await tf.setBackend(backend)
    expect(tf.getBackend()).toBe(backend)
  })

  describe.skipIf(!data || !golden)('of the MNIST-1D network (needs EXPLAINNET_DATA and EXPLAINNET_GOLDEN)', () => {
    const seed = network('MNIST1D.h5', 'mnist1d.safetensors')
    it.each(allNames)('%s is within 1e-4 of the largest reference value', async (name) => {
      expect((await compared(seed(), name, 'conv1d_2')).max).toBeLessThanOrEqual(1e-4)
    })

    it('the true trapezoid differs from the reference that loses 1/n at the ends', async () => {
      const { model, input, tensors } = seed()
      const method = integratedGradients({ quadrature: 'trapezoid', steps: 49 })
      const { values } = await explain(model, input, method)
      const short = tensors['integrated_gradients.riemann_trapezoid.50']!.data as Float32Array
      const stretched = short.map((value) => (value * 50) / 49)
      expect(distance(values, short).max).toBeGreaterThan(1e-2)
      expect(distance(values, stretched).max).toBeLessThanOrEqual(1e-4)
    })

    it('saliency of the softmax', async () => {
      const { model, input, tensors } = seed()
      const { values } = await explain(model, input, saliency(), { space: 'probability' })
      expect(distance(values, tensors['saliency.softmax.signed']!.data as Float32Array).max).toBeLessThanOrEqual(1e-4)
    })

    it('integrated gradients from the mean of the batch', async () => {
      const { model, input, tensors } = seed()
      const value = input.data.reduce((sum, one) => sum + one / input.data.length, 0)
      const method = integratedGradients({ quadrature: 'gauss-legendre', steps: 300, baseline: { value } })
      const { values } = await explain(model, input, method)
      const reference = tensors['integrated_gradients.mean_baseline.gausslegendre.300']!.data as Float32Array
      expect(distance(values, reference).max).toBeLessThanOrEqual(1e-4)
    })

    it('exact Shapley values of ten blocks of the signal', async () => {
      const { model, input, tensors } = seed()
      const { values } = await explain(model, input, shap({ segments: 'grid', count: 10, baseline: 'zero' }), {
        space: 'logit',
      })
      const blocks = Float32Array.from({ length: 60 }, (_, i) => values.slice(4 * i, 4 * i + 4).reduce((a, b) => a + b))
      expect(distance(blocks, tensors['shapley.exact.groups10']!.data as Float32Array).max).toBeLessThanOrEqual(1e-4)
    })

    it.each([
      ['smooth_grad', smoothGrad],
      ['smooth_grad_sq', smoothGradSquared],
      ['var_grad', varGrad],
    ] as const)('%s with the noise of the reference is within 1e-4 of the largest value', async (name, factory) => {
      const { model, input, tensors } = seed()
      const noise = tensors['smooth_grad.noise']!.data
      const values = new Float32Array(input.data.length)
      for (let row = 0; row < 6; row++) {
        const example = input.data.subarray(row * 40, row * 40 + 40)
        const normals = Array.from({ length: 8 }, (_, sample) => {
          const start = (sample * 6 + row) * 40
          return normalsFor(noise.subarray(start, start + 40), example, 0.15)
        })
        const method = withNoise(factory(saliency(), { samples: 8 }), normals)
        values.set((await explain(model, { shape: [1, 40, 1], data: example }, method)).values, row * 40)
      }
      expect(distance(values, tensors[name]!.data as Float32Array).max).toBeLessThanOrEqual(1e-4)
    })

    it('occlusion of the logit, 5 wide every 2, is within 1e-4 of the largest reference value', async () => {
      const { model, input, tensors } = seed()
      const method = occlusion({ window: 5, stride: 2 })
      const { values } = await explain(model, input, method, { space: 'logit' })
      const reference = tensors['occlusion.window5.stride2']!.data as Float32Array
      expect(distance(values, reference).max).toBeLessThanOrEqual(1e-4)
    })

    it('the completeness error of Gauss-Legendre is the reference one', async () => {
      const { model, input, tensors } = seed()
      const { certificate } = await explain(model, input, methods['integrated_gradients.gausslegendre.16'])
      certificate.evidence.completeness!.delta.forEach((delta, i) => {
        expect(delta).toBeCloseTo(tensors['integrated_gradients.gausslegendre.16.delta']!.data[i]!, 4)
      })
    })
  })

  describe.skipIf(!data || !golden)('of the histology network (needs EXPLAINNET_DATA and EXPLAINNET_GOLDEN)', () => {
    const seed = network('HMT.h5', 'hmt.safetensors')
    it.each(names)('%s is within the bounds of float32', async (name) => {
      const { l2, max, within } = await compared(seed(), name, 'conv2d_3')
      expect(l2).toBeLessThanOrEqual(2e-3)
      expect(max).toBeLessThanOrEqual(1e-2)
      expect(within).toBeGreaterThanOrEqual(0.99)
    })

    // 169 passes, which take cpu minutes.
    if (backend === 'cpu') return
    it('occlusion of the logit, 32×32 every 16, is within the bounds of float32', async () => {
      const { model, input, tensors } = seed()
      const method = occlusion({ window: 32, stride: 16 })
      const { values } = await explain(model, input, method, { space: 'logit' })
      // The reference repeats the value of a position in each of its channels.
      const reference = tensors['occlusion.window32x32.stride16x16']!.data as Float32Array
      const { l2, max } = distance(
        values,
        reference.filter((_, i) => i % 3 === 0),
      )
      expect(l2).toBeLessThanOrEqual(2e-3)
      expect(max).toBeLessThanOrEqual(1e-2)
    })
  })
})

function network(modelFile: string, valuesFile: string): () => Seed {
  let seed: Seed | undefined
  beforeAll(async () => {
    if (!data || !golden) return
    seed = await readSeed(await readFile(`${data}/seeds/${modelFile}`), await readFile(`${golden}/${valuesFile}`))
  })
  afterAll(() => seed?.dispose())
  return () => seed!
}

async function compared(seed: Seed, name: Name, layer: string) {
  const result = await compare(seed, name, layer)
  if (process.env['EXPLAINNET_PRINT']) console.log(tf.getBackend(), layer, name, result)
  return result
}
