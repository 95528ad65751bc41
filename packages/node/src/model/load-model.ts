import { readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import {
  buildModel,
  ExplainError,
  foreignModels,
  type LoadedModel,
  type ModelCard,
  type ModelSpec,
  tfjsCure,
} from '@explainnet/core'
import { layersFromArtifacts } from '@explainnet/keras'
import { loadGraphModelSync } from '@tensorflow/tfjs-converter'
import { whyUnreadable } from '../file.ts'
import { readModelFile } from './artifacts.ts'
import { readCardBeside } from './card-file.ts'
import { isKerasFile, type KerasModelSpec, loadKeras, readKerasCard } from './keras.ts'

export interface LoadModelOptions {
  /** In place of the one in the model's folder. */
  readonly card?: ModelCard | undefined
  /** For a Keras file of weights alone: the path of the JSON file that `model.to_json()` wrote. */
  readonly architecture?: string | undefined
}

/**
 * Loads a TensorFlow.js LayersModel or GraphModel from its folder or its `model.json`, with the card beside it (`card.json`, or Teachable
 * Machine's `metadata.json`); 16-bit and quantised weights included. Or a Keras file, `.h5` or `.keras`, as `@explainnet/keras` reads it,
 * with `name.card.json` or `card.json` beside it; `.weights.h5` with its `architecture`. Its `spec` is `{ kind, source }` with the absolute
 * path; `dispose` frees its weights. Choose a backend first, by `useBackend`. Throws `bad-file` (missing, damaged, cut short), `unsupported-model` (another format:
 * named, with the way to convert it; what TensorFlow.js cannot compute), `bad-option` (weights without architecture) or `bad-card`.
 */
export async function loadModel(path: string, options: LoadModelOptions = {}): Promise<LoadedModel> {
  if (await isKerasFile(path)) return loadKeras(path, options)
  if (options.architecture !== undefined) {
    throw new ExplainError(
      'bad-option',
      `${path} is no Keras file, but an architecture was given.`,
      'Leave out the architecture.',
    )
  }
  const file = await findModelJSON(path)
  const stored = await readModelFile(file)
  const card = options.card ?? (await readCardBeside(dirname(file)))
  return await buildModel(file, stored, { card, spec: { kind: stored.kind, source: resolve(path) } }, builders)
}

const builders = { layers: layersFromArtifacts, graph: loadGraphModelSync }

/** The card that `loadModel` would find beside a model, without loading it. Throws `bad-file` or `bad-card`. */
export const readModelCard = async (path: string): Promise<ModelCard | undefined> =>
  (await isKerasFile(path)) ? readKerasCard(path) : readCardBeside(dirname(await findModelJSON(path)))

/** Loads what a certificate or a worker names. The card is the one beside the model. Throws as `loadModel`. */
export async function loadFromSpec(spec: ModelSpec): Promise<LoadedModel> {
  if (spec.kind === 'keras') {
    const { source, architecture } = spec as KerasModelSpec
    return loadModel(source, { architecture })
  }
  if (spec.kind !== 'layers' && spec.kind !== 'graph') {
    throw new ExplainError(
      'not-transferable',
      `A model of kind '${spec.kind}' cannot be loaded from a path.`,
      'Load it yourself, as when it was made.',
    )
  }
  return loadModel(spec.source)
}

async function findModelJSON(path: string): Promise<string> {
  let isFolder: boolean
  try {
    isFolder = (await stat(path)).isDirectory()
  } catch (cause) {
    throw new ExplainError('bad-file', `${path} ${whyUnreadable(cause)}.`, tfjsCure, { cause })
  }
  if (!isFolder) return path
  const inside = join(path, 'model.json')
  const found = await stat(inside).catch(() => undefined)
  if (!found?.isFile()) throw foreignModels(path, await readdir(path))
  return inside
}
