import type { io } from '@tensorflow/tfjs-core'
import { concatenated } from '../arrays.ts'
import { ExplainError } from '../errors.ts'
import { tfjsCure } from './foreign.ts'

/** A TensorFlow.js model as its files hold it. */
export interface StoredModel {
  readonly kind: 'layers' | 'graph'
  readonly artifacts: io.ModelArtifacts
}

/** The files that lie beside a `model.json`, wherever that is. */
export interface WeightFiles {
  /** Told once, before the first is read: what they hold together, where that can be known. */
  expect?(bytes: number): void
  /** By the name that `model.json` gives it, which never leads out of its folder. */
  read(name: string): Promise<Uint8Array>
}

/**
 * The model in the text of a `model.json`, called `path` in messages, with its weights. Throws `bad-file` (damaged, weights cut short or
 * of another model) or `unsupported-model`.
 */
export async function readArtifacts(path: string, text: string, files: WeightFiles): Promise<StoredModel> {
  const json = parsed(path, text)
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
  for (const name of weightsManifest.flatMap(({ paths }) => paths)) refuseOutside(path, name)
  const weights = weightsManifest.flatMap((group) => group.weights)
  if (!hasStrings(weights)) files.expect?.(byteLength(weights))
  const groups = await Promise.all(weightsManifest.map((group) => readGroup(path, group, files)))
  return { kind, artifacts: { ...rest, weightSpecs: weights, weightData: concatenated(groups.flat()).buffer } }
}

function parsed(path: string, text: string): io.ModelJSON {
  try {
    return JSON.parse(text) as io.ModelJSON
  } catch (cause) {
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

async function readGroup(
  path: string,
  { paths, weights }: io.WeightsManifestConfig[number],
  files: WeightFiles,
): Promise<Uint8Array[]> {
  const parts = await Promise.all(paths.map((name) => files.read(name)))
  if (hasStrings(weights)) return parts
  const has = parts.reduce((sum, part) => sum + part.length, 0)
  const wants = byteLength(weights)
  if (has !== wants) {
    throw new ExplainError(
      'bad-file',
      `${paths.join(', ')} beside ${path} ${paths.length > 1 ? 'hold' : 'holds'} ${has} bytes, the model wants ${wants}.`,
      has < wants ? 'It was cut short: copy the model again.' : 'It belongs to another model: copy the model again.',
    )
  }
  return parts
}

function refuseOutside(path: string, name: string): void {
  let depth = 0
  // A scheme, a drive or a root, in a path or in a URL.
  let outside = /^([a-z][a-z0-9+.-]*:|[/\\])/i.test(name)
  for (const part of name.split(/[/\\]/)) {
    if (part === '..') depth -= 1
    else if (part !== '.' && part !== '') depth += 1
    if (depth < 0) outside = true
  }
  if (!outside) return
  throw new ExplainError('bad-file', `${path} names weights outside its folder: ${name}.`, 'Put them beside it.')
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

const byteLength = (weights: readonly io.WeightsManifestEntry[]) =>
  weights.reduce((sum, { shape, dtype, quantization }) => {
    const values = shape.reduce((product, side) => product * side, 1)
    return sum + values * bytesPerValue[quantization?.dtype ?? dtype]!
  }, 0)

/** Of strings, the number says nothing about the bytes. */
const hasStrings = (weights: readonly io.WeightsManifestEntry[]) => weights.some(({ dtype }) => dtype === 'string')
