import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import {
  ExplainError,
  fromGraphModel,
  fromLayersModel,
  type LayeredModel,
  type ModelCard,
  type ModelSpec,
  parseCard,
  teachableMachineCard,
} from '@explainnet/core'
import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter'
import { io } from '@tensorflow/tfjs-core'
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers'
import { refuseForeignModel } from './foreign-formats.ts'

export interface LoadModelOptions {
  /** Instead of the card.json beside the model. */
  readonly card?: ModelCard | undefined
}

/**
 * Loads a tfjs LayersModel or GraphModel from its folder or model.json, with the card beside it: `card.json`, or the
 * `metadata.json` of Teachable Machine.
 *
 * @throws ExplainError `bad-file` for what is missing, truncated or no model; `unsupported-model` for other frameworks'
 * files, named with the way here, and for layers that tfjs does not have; `bad-card`.
 */
export async function loadModel(path: string, options: LoadModelOptions = {}): Promise<LayeredModel> {
  const file = findModelFile(path)
  const { artifacts, isGraph } = await readArtifacts(file)
  const card = options.card ?? (await readCard(dirname(file)))
  const spec: ModelSpec = { kind: isGraph ? 'graph' : 'layers', source: resolve(file) }
  const handler = io.fromMemory(artifacts)
  try {
    if (isGraph) return fromGraphModel((await loadGraphModel(handler)) as GraphModel, { card, spec })
    return fromLayersModel((await loadLayersModel(handler)) as LayersModel, { card, spec })
  } catch (cause) {
    if (cause instanceof ExplainError) throw cause
    throw new ExplainError(
      'unsupported-model',
      `${file} cannot be built: ${(cause as Error).message.split('\n')[0]}`,
      'Use layers that TensorFlow.js has, or register yours before loading.',
      { cause },
    )
  }
}

/** Loads the model of a certificate or a worker's message. */
export const loadFromSpec = (spec: ModelSpec): Promise<LayeredModel> => loadModel(spec.source)

function findModelFile(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) throw new ExplainError('bad-file', `There is no model at ${path}.`, 'Check the path.')
  refuseForeignModel(path)
  if (!stat.isDirectory()) return path
  const file = join(path, 'model.json')
  if (existsSync(file)) return file
  throw new ExplainError('bad-file', `${path} holds no model.json.`, 'Give the folder of a tfjs model.')
}

async function readArtifacts(file: string): Promise<{ artifacts: io.ModelArtifacts; isGraph: boolean }> {
  const notAModel = (cause?: unknown) =>
    new ExplainError('bad-file', `${file} is not the model.json of a tfjs model.`, 'Give the folder of one.', { cause })
  let json: io.ModelJSON
  try {
    json = JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw notAModel(cause)
  }
  const topology = json?.modelTopology as { node?: unknown } | undefined
  if (typeof topology !== 'object' || topology === null || !Array.isArray(json.weightsManifest)) throw notAModel()
  const { weightsManifest, ...rest } = json
  const weightSpecs = weightsManifest.flatMap((group) => group.weights)
  const weightData = await readWeights(file, weightsManifest)
  const expected = weightSpecs.reduce((sum, spec) => sum + bytesOf(spec), 0)
  if (weightData.byteLength < expected) {
    throw new ExplainError(
      'bad-file',
      `The weights beside ${file} have ${weightData.byteLength} bytes, ${expected} are needed.`,
      'Copy the whole folder again.',
    )
  }
  const isGraph = json.format === 'graph-model' || topology.node !== undefined
  return { artifacts: { ...rest, weightSpecs, weightData } as io.ModelArtifacts, isGraph }
}

async function readWeights(file: string, manifest: io.WeightsManifestConfig): Promise<ArrayBuffer> {
  const parts: Uint8Array[] = []
  for (const path of manifest.flatMap((group) => group.paths)) {
    try {
      parts.push(await readFile(join(dirname(file), path)))
    } catch (cause) {
      throw new ExplainError(
        'bad-file',
        `The weights file ${path} beside ${file} is missing.`,
        'Copy the whole folder.',
        {
          cause,
        },
      )
    }
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.byteLength
  }
  return bytes.buffer
}

const sizes: Record<string, number> = {
  float32: 4,
  int32: 4,
  complex64: 8,
  float16: 2,
  uint16: 2,
  uint8: 1,
  bool: 1,
  string: 0,
}

const bytesOf = (spec: io.WeightsManifestEntry): number =>
  spec.shape.reduce((product, side) => product * side, 1) * (sizes[spec.quantization?.dtype ?? spec.dtype] ?? 0)

async function readCard(folder: string): Promise<ModelCard | undefined> {
  for (const [name, read] of [
    ['card.json', parseCard],
    ['metadata.json', teachableMachineCard],
  ] as const) {
    const path = join(folder, name)
    if (!existsSync(path)) continue
    let json: unknown
    try {
      json = JSON.parse(await readFile(path, 'utf8'))
    } catch (cause) {
      throw new ExplainError('bad-card', `${path} is not JSON.`, 'Mend it, or give another card.', { cause })
    }
    return read(json)
  }
  return undefined
}
