import {
  type Attribution,
  type AttributionMethod,
  candidateLayers,
  ExplainError,
  explain,
  fromLayersModel,
  type LayeredModel,
  type ModelCard,
  type Preprocessing,
  prepareImage,
} from '@explainnet/core'
import { gradCam } from '@explainnet/grad-cam'
import { registerGradients } from '@explainnet/gradients'
import { rise } from '@explainnet/rise'
import { saliency } from '@explainnet/saliency'
import { smoothGrad } from '@explainnet/smooth-grad'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import type { Explainer, RemoteInput, RemoteMethod, RemoteModel, RemoteOptions } from '../../src/api.ts'
import { type ImageSource, readImage } from '../../src/image/read-image.ts'

const methods: Readonly<Record<string, (options: Record<string, unknown>) => AttributionMethod>> = {
  saliency: () => saliency(),
  'grad-cam': (options) => gradCam(options),
  'smooth-grad': (options) => smoothGrad(saliency(), options),
  rise: (options) => rise(options),
}

const preprocessing: Preprocessing = { size: [24, 24], resize: 'fit', fill: [128, 128, 128] }

export interface InThread extends Explainer {
  /** Names of the calls, in order. */
  readonly calls: string[]
  /** Holds every estimate back until it is called; for states between a run's begin and its end. */
  hold(): () => void
  /** The next explanation fails so. */
  failNext(error: Error): void
}

/** An Explainer without a worker: core in the page's own thread, with a small network of four classes, on cpu. */
export async function inThreadExplainer(labels = ['urtica', 'betula', 'corylus', 'cecropia']): Promise<InThread> {
  await tf.setBackend('cpu')
  registerGradients()
  const card: ModelCard = { name: 'four classes', input: preprocessing, labels, output: 'probabilities' }
  let network: LayeredModel | undefined
  const calls: string[] = []
  let held: Promise<void> = Promise.resolve()
  let failure: Error | undefined

  const inputOf = async (input: RemoteInput) => prepareImage(await readImage(input as ImageSource), preprocessing).input
  const methodOf = (method: RemoteMethod) => {
    const { name, options = {} } = method as { name: string; options?: Record<string, unknown> }
    return methods[name]!(options)
  }
  async function* stream(_model: RemoteModel, input: RemoteInput, method: RemoteMethod, options: RemoteOptions = {}) {
    calls.push(`explain ${(method as { name: string }).name}`)
    if (failure) {
      const error = failure
      failure = undefined
      throw error
    }
    const { target, ...others } = options
    // Small chunks, so that there are estimates on the way.
    const local = { ...others, maxChunk: 8, ...(target === undefined ? {} : { target: target as number }) }
    for await (const estimate of explain.stream(network!, await inputOf(input), methodOf(method) as never, local)) {
      yield estimate
      await held
      if (options.signal?.aborted) throw new ExplainError('aborted', 'Aborted.', 'Start again.')
    }
  }

  return {
    calls,
    hold() {
      let release = () => {}
      held = new Promise((resolve) => {
        release = resolve
      })
      return release
    },
    failNext(error) {
      failure = error
    },
    backend: { name: 'wasm', device: 'this thread', software: false, version: tf.version_core, tried: [] },
    methods: Object.entries(methods).map(([name, make]) => {
      const { needs, deterministic, options, paper, spec } = make({})
      return { name, needs, deterministic, options, paper, spec }
    }),
    served: { models: ['four'], targets: [] },
    lost: [],
    async load(source, { signal } = {}) {
      calls.push(`load ${String(source)}`)
      if (source !== 'four' && source !== 'slow') {
        throw new ExplainError('bad-file', `There is no model at ${String(source)} (404).`, 'Correct the address.')
      }
      await held
      if (signal?.aborted) throw new ExplainError('aborted', 'Aborted.', 'Start again.')
      network ??= fromLayersModel(fourClasses(), { card })
      return {
        id: 'one',
        kind: network.kind,
        card,
        inputs: network.inputs,
        outputs: network.outputs,
        preprocessing,
        layers: network.layers(),
        camLayers: candidateLayers(network).map(({ name }) => name),
        warnings: [],
      }
    },
    async predict(_model, input, { top = 5 } = {}) {
      calls.push('predict')
      const { probabilities } = await scores(network!, await inputOf(input))
      return [...probabilities]
        .map((probability, index) => ({ index, label: labels[index]!, score: Math.log(probability), probability }))
        .sort((a, b) => b.probability - a.probability)
        .slice(0, top)
    },
    async explain(model, input, method, options) {
      let last: Attribution | undefined
      for await (const estimate of stream(model, input, method, options)) last = estimate
      return last!
    },
    stream,
    async unload() {
      calls.push('unload')
    },
    async restart() {
      calls.push('restart')
    },
    async memory() {
      return { tensors: tf.memory().numTensors, bytes: tf.memory().numBytes }
    },
    close() {
      calls.push('close')
    },
  } as InThread
}

async function scores(network: LayeredModel, input: Parameters<typeof explain>[1]) {
  const name = network.inputs[0]!.name
  const outputs = await network.predict({ [name]: input as never }, { space: 'probability' })
  return { probabilities: Object.values(outputs)[0]!.data }
}

function fourClasses(): tfl.LayersModel {
  const seeded = (seed: number) => tfl.initializers.glorotUniform({ seed })
  return tfl.sequential({
    layers: [
      tfl.layers.conv2d({
        inputShape: [24, 24, 3],
        filters: 6,
        kernelSize: 3,
        activation: 'relu',
        kernelInitializer: seeded(1),
      }),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      tfl.layers.conv2d({ filters: 6, kernelSize: 3, activation: 'relu', kernelInitializer: seeded(2) }),
      tfl.layers.globalAveragePooling2d({}),
      tfl.layers.dense({ units: 4, activation: 'softmax', kernelInitializer: seeded(3) }),
    ],
  })
}
