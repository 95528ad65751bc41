import {
  checkCard,
  fromGraphModel,
  fromLayersModel,
  type LayeredModel,
  type ModelCard,
  type ModelSpec,
} from '@explainnet/core'
import { keepStatesApart, registerKerasLayers } from '@explainnet/keras'
import { loadGraphModelSync } from '@tensorflow/tfjs-converter'
import { dispose, engine, io, keep, tidy } from '@tensorflow/tfjs-core'
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers'
import type { StoredModel } from './artifacts.ts'

interface Settings {
  readonly card: ModelCard | undefined
  readonly spec: ModelSpec
}

/** Makes a model of what was read, checks the card against it, and leaves no tensor behind if anything fails. */
export function buildModel({ kind, artifacts }: StoredModel, settings: Settings): Promise<LayeredModel> {
  return oneAtATime(async () => {
    const before = new Set(Object.values(engine().registeredVariables))
    try {
      if (kind === 'graph') return graph(artifacts, settings)
      const model = fromLayersModel(await layers(artifacts), settings)
      if (settings.card) checkCard(settings.card, model.inputs)
      return model
    } catch (error) {
      // tfjs forgets the layers that it had built when a later one failed.
      for (const variable of Object.values(engine().registeredVariables)) if (!before.has(variable)) variable.dispose()
      throw error
    }
  })
}

/** Building is one after the other, so that a failure does not take another model's variables for its own. */
let last: Promise<unknown> = Promise.resolve()
function oneAtATime<T>(run: () => Promise<T>): Promise<T> {
  const result = last.then(run)
  last = result.catch(() => undefined)
  return result
}

async function layers({ weightData, weightSpecs = [], ...rest }: io.ModelArtifacts): Promise<LayersModel> {
  // tfjs skips costly initialisers only for weights that it loads itself, and loses those when they do not fit the layers. It reads
  // `weightData` once to learn whether there are weights, and once more to load them: there it finds none, and they are loaded here.
  let asked = 0
  const topology = {
    ...rest,
    // What a training needs is not needed, and may be of a kind that tfjs does not have.
    trainingConfig: undefined,
    weightSpecs: [],
    get weightData() {
      asked += 1
      return asked === 1 ? new ArrayBuffer(0) : undefined
    },
  } as unknown as io.ModelArtifacts
  // A network that came from Keras may hold layers of that package.
  registerKerasLayers()
  const model = await loadLayersModel({ load: async () => topology })
  keepStatesApart(model)
  const weights = io.decodeWeights(
    weightData!,
    weightSpecs.filter(({ group }) => group !== 'optimizer'),
  )
  try {
    model.loadWeights(weights)
  } finally {
    dispose(weights)
  }
  return model
}

function graph(artifacts: io.ModelArtifacts, settings: Settings): LayeredModel {
  let adapted: LayeredModel | undefined
  tidy(() => {
    const model = loadGraphModelSync(artifacts)
    adapted = fromGraphModel(model, settings)
    if (settings.card) checkCard(settings.card, adapted.inputs)
    for (const tensor of Object.values(model.weights).flat()) keep(tensor)
  })
  return adapted!
}
