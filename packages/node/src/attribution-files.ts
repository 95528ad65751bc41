import { readFile } from 'node:fs/promises'
import {
  type Attribution,
  ExplainError,
  fromJSON,
  fromSafetensors,
  type NamedArrays,
  type StoredAttribution,
  toJSON,
  toSafetensors,
} from '@explainnet/core'
import { writeAtomically } from './write-atomically.ts'

/** Reads a result from `.json` or `.safetensors`. Throws `bad-file`. */
export async function readAttribution(path: string): Promise<StoredAttribution> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    throw new ExplainError('bad-file', `${path} cannot be read.`, 'Check the path and its permissions.', { cause })
  }
  return path.endsWith('.json') ? fromJSON(new TextDecoder().decode(bytes)) : fromSafetensors(bytes)
}

/** Writes a result as `.json` or `.safetensors`; with its inputs it can be computed again. Throws `unwritable`. */
export async function writeAttribution(path: string, attribution: Attribution, inputs?: NamedArrays): Promise<void> {
  await writeAtomically(path, path.endsWith('.json') ? toJSON(attribution, inputs) : toSafetensors(attribution, inputs))
}
