import type { StoredModel } from '@explainnet/core'
import { buildModel, ExplainError, inFile, type LoadedModel, type ModelCard, type ModelSpec } from '@explainnet/core'

interface Settings {
  readonly card: ModelCard | undefined
  readonly spec: ModelSpec | undefined
}

/** The parts of tfjs that build networks are downloaded when a model needs them: a graph needs no layers. */
export async function build(path: string, stored: StoredModel, settings: Settings): Promise<LoadedModel> {
  const graph = stored.kind === 'graph' ? (await import('@tensorflow/tfjs-converter')).loadGraphModelSync : notThisKind
  const layers = stored.kind === 'layers' ? (await import('@explainnet/keras')).layersFromArtifacts : notThisKind
  return buildModel(path, stored, settings, { layers, graph })
}

/** The same for a Keras file. */
export async function buildKeras(
  path: string,
  file: Uint8Array,
  settings: Settings & { readonly architecture: string | undefined },
): Promise<LoadedModel> {
  const { fromKeras } = await import('@explainnet/keras')
  try {
    return await fromKeras(file, settings)
  } catch (cause) {
    throw cause instanceof ExplainError ? inFile(path, cause) : cause
  }
}

const notThisKind = (): never => {
  throw new TypeError('A model is either made of layers or a graph.')
}
