import {
  candidateLayers,
  ExplainError,
  type LayeredModel,
  type LayerInfo,
  type Model,
  preprocessingFor,
} from '@explainnet/core'
import type { RemoteModel } from '../api.ts'
import { type LoadModelOptions, loadModel } from '../model/load-model.ts'
import type { SentSource } from './messages.ts'
import { refuseAborted } from './queue.ts'

export type ServedModels = Readonly<Record<string, () => Promise<Model>>>

/** The models of one page, by the ids that it gives them. */
export interface Models {
  load(
    id: string,
    source: SentSource,
    options: LoadModelOptions & { readonly signal: AbortSignal },
  ): Promise<RemoteModel>
  /** Throws `unsupported-model` for an id that is not known. */
  find(id: string): Model
  unload(id: string): void
  unloadAll(): void
}

export function createModels(served: ServedModels): Models {
  const models = new Map<string, Model>()
  const unload = (id: string) => {
    freeWeights(models.get(id))
    models.delete(id)
  }
  return {
    async load(id, source, options) {
      const isServed = typeof source === 'object' && 'served' in source
      const model = isServed ? await findServed(served, source.served)() : await loadModel(source, options)
      try {
        refuseAborted(options.signal)
        const description = await describeModel(id, model)
        models.set(id, model)
        return description
      } catch (error) {
        freeWeights(model)
        throw error
      }
    },
    find(id) {
      const model = models.get(id)
      if (model) return model
      throw new ExplainError('unsupported-model', 'The worker does not have that model.', 'Load it first, by `load`.')
    },
    unload,
    unloadAll: () => [...models.keys()].forEach(unload),
  }
}

/** Of models that can. */
const freeWeights = (model: Model | undefined) => (model as { dispose?(): void } | undefined)?.dispose?.()

function findServed(served: ServedModels, name: string): () => Promise<Model> {
  if (Object.hasOwn(served, name)) return served[name]!
  const names = Object.keys(served).join(', ') || 'none'
  throw new ExplainError('unsupported-model', `The worker serves no model '${name}'.`, `It serves ${names}.`)
}

async function describeModel(id: string, model: Model): Promise<RemoteModel> {
  const { kind, card, inputs, outputs } = model
  const { preprocessing, warning } = howToPrepare(model)
  return {
    id,
    kind,
    card,
    inputs,
    outputs,
    preprocessing,
    layers: isLayered(model) ? model.layers() : [],
    camLayers: isLayered(model) ? camLayers(model) : [],
    fingerprint: await model.fingerprint?.(),
    warnings: warning ? [warning] : [],
  }
}

const isLayered = (model: Model): model is LayeredModel => 'layers' in model

function camLayers(model: LayeredModel): string[] {
  const candidates = candidateLayers(model).map(({ name }: LayerInfo) => name)
  const chosen = model.card?.targetLayer
  return [...new Set([...(chosen === undefined ? [] : [chosen]), ...candidates.reverse()])]
}

function howToPrepare(model: Model): Partial<ReturnType<typeof preprocessingFor>> {
  try {
    return preprocessingFor(model)
  } catch (error) {
    // It takes no image, which is no fault of its own.
    if (error instanceof ExplainError && error.code === 'unsupported-model') return {}
    throw error
  }
}
