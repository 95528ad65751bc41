import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
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
import { whyUnreadable, writeFileAtomic } from './file.ts'

/** Reads an attribution that `writeAttribution` wrote, and its inputs if they were stored. Throws `bad-file`, naming the file. */
export async function readAttribution(path: string): Promise<StoredAttribution> {
  const format = formatOf(path, 'bad-file')
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (cause) {
    throw new ExplainError('bad-file', `${path} ${whyUnreadable(cause)}.`, cure, { cause })
  }
  try {
    return format === 'json' ? fromJSON(bytes.toString('utf8')) : fromSafetensors(bytes)
  } catch (cause) {
    const code = cause instanceof ExplainError ? cause.code : 'bad-file'
    const what = cause instanceof ExplainError ? cause.message : 'It is damaged.'
    throw new ExplainError(code, `${path} is not an attribution.`, code === 'bad-file' ? cure : what, { cause })
  }
}

/**
 * Writes values and certificate as `.safetensors` or `.json`, whole or not at all. With the inputs, `explainnet reproduce` can compute it
 * again. Throws `unwritable`, or `bad-option` for another ending.
 */
export async function writeAttribution(path: string, attribution: Attribution, inputs?: NamedArrays): Promise<void> {
  const format = formatOf(path, 'bad-option')
  await writeFileAtomic(path, format === 'json' ? toJSON(attribution, inputs) : toSafetensors(attribution, inputs))
}

const cure = 'Give a .safetensors or .json file that ExplainNet wrote.'

function formatOf(path: string, code: 'bad-file' | 'bad-option'): 'json' | 'safetensors' {
  const ending = extname(path).toLowerCase()
  if (ending === '.json') return 'json'
  if (ending === '.safetensors') return 'safetensors'
  throw new ExplainError(code, `${path} is no name for an attribution.`, 'Give it the ending .safetensors or .json.')
}
