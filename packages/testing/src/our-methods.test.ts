import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { type AttributionMethod, fromLayersModel } from '@explainnet/core'
import { gradCam, gradCamPlusPlus, hiResCam, layerCam } from '@explainnet/grad-cam'
import { registerGradients } from '@explainnet/gradients'
import { deconvnet, guidedBackprop } from '@explainnet/guided-backprop'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { lime } from '@explainnet/lime'
import { occlusion } from '@explainnet/occlusion'
import { rise } from '@explainnet/rise'
import { inputXGradient, saliency } from '@explainnet/saliency'
import { shap } from '@explainnet/shap'
import { sise } from '@explainnet/sise'
import { smoothGrad, smoothGradSquared, varGrad } from '@explainnet/smooth-grad'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe } from 'vitest'
import type { Fixtures, ModelAndInputs } from './fixtures.ts'
import { normals } from './models/networks.ts'
import { describeMethod } from './vitest.ts'

registerGradients()

/** Two convolutions, max pooling and two branches that join again. */
function network(): ModelAndInputs {
  const random = (seed: number) => tfl.initializers.randomNormal({ stddev: 0.4, seed })
  const conv = (filters: number, seed: number) =>
    tfl.layers.conv2d({
      filters,
      kernelSize: 3,
      padding: 'same',
      activation: 'relu',
      kernelInitializer: random(seed),
      biasInitializer: random(seed + 50),
    })
  const picture = tfl.input({ shape: [8, 8, 2] })
  const first = conv(3, 1).apply(picture) as tfl.SymbolicTensor
  const second = conv(3, 2).apply(first) as tfl.SymbolicTensor
  const sum = tfl.layers.add().apply([first, second]) as tfl.SymbolicTensor
  const pooled = tfl.layers.maxPooling2d({ poolSize: 2 }).apply(sum) as tfl.SymbolicTensor
  const last = conv(4, 3).apply(pooled) as tfl.SymbolicTensor
  const flat = tfl.layers.flatten().apply(last) as tfl.SymbolicTensor
  const out = tfl.layers
    .dense({ units: 3, activation: 'softmax', kernelInitializer: random(4) })
    .apply(flat) as tfl.SymbolicTensor
  const model = fromLayersModel(tfl.model({ inputs: picture, outputs: out }))
  return { model, inputs: { [model.inputs[0]!.name]: normals([2, 8, 8, 2], 7) } }
}

/** By the name that a spec gives: core resolves names from its own place, which does not depend on methods. */
const load = (module: string) => import(/* @vite-ignore */ module)

type Factory = (options?: never) => AttributionMethod

const plain: readonly (readonly [Factory, Fixtures?])[] = [
  [saliency],
  [inputXGradient],
  [integratedGradients, { tolerance: 0.02 }],
  [gradCam, { refuses: ['vector'] }],
  [gradCamPlusPlus, { refuses: ['vector'] }],
  [hiResCam, { refuses: ['vector'] }],
  [layerCam, { refuses: ['vector'] }],
  [guidedBackprop],
  [deconvnet],
  [occlusion],
  [sise, { refuses: ['vector'] }],
]
const tunnels = [smoothGrad, smoothGradSquared, varGrad]

describe.each(['wasm', 'cpu'])('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend)
  })
  const models = { LayersModel: network }

  for (const [factory, fixtures] of plain) describeMethod(() => factory(), { factory, load, models, ...fixtures })
  if (backend === 'cpu') return

  describe('with other options', () => {
    const several = { quadrature: 'gauss-legendre', steps: 64, baseline: ['zero', { value: 0.3 }, 'mean'] } as const
    describeMethod(() => integratedGradients(several), { load, tolerance: 0.02 })
    describeMethod(() => integratedGradients({ steps: 64, baseline: 'uniform', path: true }), { load, tolerance: 0.05 })
    describeMethod(() => inputXGradient({ absolute: true }), { load })
    describeMethod(() => gradCam({ upsample: false }), { load, models, refuses: ['vector'] })
  })

  describeMethod(() => lime({ count: 9, samples: 60 }), { factory: lime, load, models })
  describeMethod(() => shap({ count: 9, samples: 64 }), { factory: shap, load, models })

  describeMethod(() => rise({ masks: 20 }), { load, models })
  describeMethod(() => rise({ masks: 17, estimator: 'paper', baseline: ['zero', 'mean'] }), { load })
  describeMethod(() => occlusion({ window: 3, stride: 2, baseline: ['zero', { value: 0.3 }] }), { load, models })
  const adaptive = { adaptive: true, fusion: 'soft-otsu', weights: 0.5, layerMaps: true, baseline: 'mean' } as const
  describeMethod(() => sise(adaptive), { load, models, refuses: ['vector'] })

  for (const tunnel of tunnels) {
    const factory = (options: object) => tunnel(saliency(), options)
    describeMethod(() => factory({ samples: 40 }), { factory, load, models })
  }
  describeMethod(() => smoothGrad(gradCam(), { samples: 3 }), { load, refuses: ['vector'] })
})
