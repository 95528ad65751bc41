import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ExplainError, foreignModel, readArtifacts, type StoredModel, tfjsCure } from '@explainnet/core'
import { whyUnreadable } from '../file.ts'

/** Reads a `model.json` and the weight files that it names. Throws `bad-file` or `unsupported-model`. */
export async function readModelFile(path: string): Promise<StoredModel> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (cause) {
    throw new ExplainError('bad-file', `${path} ${whyUnreadable(cause)}.`, tfjsCure, { cause })
  }
  if (!path.toLowerCase().endsWith('.json') && !startsAsJSON(bytes)) throw foreignModel(path, bytes.subarray(0, 8))
  return await readArtifacts(path, bytes.toString('utf8'), { read: (name) => readWeights(join(dirname(path), name)) })
}

const startsAsJSON = (bytes: Buffer) => /^\s*\{\s*["}]/.test(bytes.toString('latin1', 0, 100))

async function readWeights(file: string): Promise<Uint8Array> {
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
