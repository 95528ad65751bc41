import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, normalize } from 'node:path'
import { ExplainError } from '@explainnet/core'
import type { io } from '@tensorflow/tfjs-core'
import { whyUnreadable } from '../file.ts'
import { foreignFile, tfjsCure } from './recognise.ts'

export interface StoredModel {
  readonly kind: 'layers' | 'graph'
  readonly artifacts: io.ModelArtifacts
}

/** Reads a `model.json` and the weight files that it names. Throws `bad-file` or `unsupported-model`. */
export async function readArtifacts(path: string): Promise<StoredModel> {
  const json = await readModelJSON(path)
  const kind = kindOf(json)
  if (!kind) {
    throw new ExplainError('unsupported-model', `${path} is JSON, but no TensorFlow.js model.`, tfjsCure)
  }
  if (!Array.isArray(json.weightsManifest)) {
    throw new ExplainError(
      'bad-file',
      `${path} names no weight files.`,
      'Save or convert the model again, with weights.',
    )
  }
  const { weightsManifest, ...rest } = json
  if (!weightsManifest.every(isGroup)) {
    throw new ExplainError('bad-file', `${path} has a damaged weightsManifest.`, 'Copy or convert the model again.')
  }
  const groups = await Promise.all(weightsManifest.map((group) => readGroup(path, group)))
  return {
    kind,
    artifacts: {
      ...rest,
      weightSpecs: weightsManifest.flatMap((group) => group.weights),
      weightData: concatenated(groups),
    },
  }
}

async function readModelJSON(path: string): Promise<io.ModelJSON> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new ExplainError('bad-file', `${path} ${whyUnreadable(cause)}.`, tfjsCure, { cause })
  }
  try {
    return JSON.parse(text) as io.ModelJSON
  } catch (cause) {
    if (!path.toLowerCase().endsWith('.json')) throw await foreignFile(path)
    throw new ExplainError('bad-file', `${path} is no whole JSON file.`, 'Copy or convert the model again.', { cause })
  }
}

function kindOf(json: Partial<io.ModelJSON> | null): StoredModel['kind'] | undefined {
  const topology = json?.modelTopology as Readonly<Record<string, unknown>> | undefined
  if (typeof topology !== 'object' || topology === null) return undefined
  // Older files have no `format`; a graph has nodes, a Keras topology a configuration.
  if (json?.format === 'graph-model' || Array.isArray(topology['node'])) return 'graph'
  if (json?.format === 'layers-model' || topology['model_config'] || topology['class_name']) return 'layers'
  return undefined
}

/** Checked, since a hand-edited or damaged manifest would end in a TypeError far from here. */
function isGroup(group: Partial<io.WeightsManifestConfig[number]> | null): boolean {
  if (!Array.isArray(group?.paths) || !Array.isArray(group.weights)) return false
  return (
    group.paths.every((path) => typeof path === 'string') &&
    group.weights.every(
      (entry) =>
        typeof entry?.name === 'string' &&
        Array.isArray(entry.shape) &&
        entry.shape.every((side) => Number.isInteger(side) && side >= 0) &&
        (entry.dtype === 'string' || Object.hasOwn(bytesPerValue, entry.quantization?.dtype ?? entry.dtype)),
    )
  )
}

async function readGroup(path: string, { paths, weights }: io.WeightsManifestConfig[number]): Promise<Uint8Array[]> {
  const parts = await Promise.all(paths.map((name) => readWeights(path, name)))
  if (weights.some(({ dtype }) => dtype === 'string')) return parts
  const has = parts.reduce((sum, part) => sum + part.length, 0)
  const wants = weights.reduce((sum, weight) => sum + byteLength(weight), 0)
  if (has !== wants) {
    throw new ExplainError(
      'bad-file',
      `${paths.join(', ')} beside ${path} ${paths.length > 1 ? 'hold' : 'holds'} ${has} bytes, the model wants ${wants}.`,
      has < wants ? 'It was cut short: copy the model again.' : 'It belongs to another model: copy the model again.',
    )
  }
  return parts
}

async function readWeights(path: string, name: string): Promise<Uint8Array> {
  if (isAbsolute(name) || normalize(name).startsWith('..')) {
    throw new ExplainError('bad-file', `${path} names weights outside its folder: ${name}.`, 'Put them beside it.')
  }
  const file = join(dirname(path), name)
  try {
    return await readFile(file)
  } catch (cause) {
    throw new ExplainError(
      'bad-file',
      `${file}, which the model needs, ${whyUnreadable(cause)}.`,
      'Copy all files of the model into one folder.',
      { cause },
    )
  }
}

const bytesPerValue: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  complex64: 8,
  float16: 2,
  uint16: 2,
  uint8: 1,
}

const byteLength = ({ shape, dtype, quantization }: io.WeightsManifestEntry) =>
  shape.reduce((product, side) => product * side, 1) * bytesPerValue[quantization?.dtype ?? dtype]!

function concatenated(groups: readonly Uint8Array[][]): ArrayBuffer {
  const parts = groups.flat()
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes.buffer
}
