import { engine, type io, keep, type Tensor, tidy } from '@tensorflow/tfjs-core'
import type { LayeredModel, ModelCard, ModelSpec } from '../api.ts'
import { checkCard } from '../card/fit.ts'
import { ExplainError } from '../errors.ts'
import { fromGraphModel } from '../model/graph-model.ts'
import type { GraphModelLike } from '../model/graph-nodes.ts'
import { fromLayersModel, type LayersModelLike } from '../model/layers-model.ts'
import type { StoredModel } from './artifacts.ts'

export interface BuildSettings {
  readonly card?: ModelCard | undefined
  readonly spec?: ModelSpec | undefined
}

/** The parts of TensorFlow.js that build networks, of which the core has none. */
export interface NetworkBuilders {
  /** `layersFromArtifacts` of @explainnet/keras. */
  layers(artifacts: io.ModelArtifacts): Promise<LayersModelLike & Disposable>
  /** `loadGraphModelSync` of @tensorflow/tfjs-converter. */
  graph(
    artifacts: io.ModelArtifacts,
  ): GraphModelLike & Disposable & { readonly weights: Readonly<Record<string, Tensor[]>> }
}

interface Disposable {
  dispose(): unknown
}

/** A model that owns its weights. */
export interface LoadedModel extends LayeredModel {
  /** Frees the weights; the model cannot be used any more. */
  dispose(): void
}

/**
 * Makes a model of what was read from files, called `path` in messages, checks the card against it, and leaves no tensor behind if
 * anything fails. Throws `unsupported-model`, `bad-card`.
 */
export function buildModel(
  path: string,
  stored: StoredModel,
  settings: BuildSettings,
  builders: NetworkBuilders,
): Promise<LoadedModel> {
  return oneAtATime(async () => {
    const before = new Set(Object.values(engine().registeredVariables))
    try {
      return await build(stored, settings, builders)
    } catch (cause) {
      // tfjs forgets the layers that it had built when a later one failed.
      for (const variable of Object.values(engine().registeredVariables)) if (!before.has(variable)) variable.dispose()
      if (cause instanceof ExplainError) throw inFile(path, cause)
      const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)
      throw new ExplainError(
        'unsupported-model',
        `TensorFlow.js cannot build the model of ${path}: ${why}`,
        'Convert or save it again with TensorFlow.js 4; layers of your own must be registered first (tf.serialization.registerClass).',
        { cause },
      )
    }
  })
}

/** The same error, naming the file. */
export function inFile(path: string, cause: ExplainError): ExplainError {
  return new ExplainError(cause.code, `${path}: ${cause.what}`, cause.cure, { cause })
}

async function build({ kind, artifacts }: StoredModel, settings: BuildSettings, builders: NetworkBuilders) {
  if (kind === 'graph') return graph(artifacts, settings, builders)
  const network = await builders.layers(artifacts)
  const model = fromLayersModel(network, settings)
  if (settings.card) checkCard(settings.card, model.inputs)
  return owning(model, network)
}

function graph(artifacts: io.ModelArtifacts, settings: BuildSettings, builders: NetworkBuilders): LoadedModel {
  let loaded: LoadedModel | undefined
  tidy(() => {
    const network = builders.graph(artifacts)
    const model = fromGraphModel(network, settings)
    if (settings.card) checkCard(settings.card, model.inputs)
    for (const tensor of Object.values(network.weights).flat()) keep(tensor)
    loaded = owning(model, network)
  })
  return loaded!
}

/** The model, which frees its network's weights when it is disposed. */
export const owning = (model: LayeredModel, network: Disposable): LoadedModel =>
  Object.assign(model, { dispose: () => void network.dispose() })

/** Building is one after the other, so that a failure does not take another model's variables for its own. */
let last: Promise<unknown> = Promise.resolve()
function oneAtATime<T>(run: () => Promise<T>): Promise<T> {
  const result = last.then(run)
  last = result.catch(() => undefined)
  return result
}
