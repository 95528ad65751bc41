import { open, readFile } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { ExplainError, inFile, isHDF5, type LoadedModel, type ModelCard, type ModelSpec } from '@explainnet/core'
import { fromKeras } from '@explainnet/keras'
import { whyUnreadable } from '../file.ts'
import { readCardBeside, readCardFile } from './card-file.ts'
import type { LoadModelOptions } from './load-model.ts'

/** Where a Keras model can be loaded again. */
export interface KerasModelSpec extends ModelSpec {
  /** Path of the architecture of weights that have none. */
  readonly architecture?: string | undefined
}

const endings = ['.h5', '.hdf5', '.keras']

/** Whether a path names a Keras file, by its ending or its first bytes; false if it cannot be read. */
export async function isKerasFile(path: string): Promise<boolean> {
  if (endings.includes(extname(path).toLowerCase())) return true
  const file = await open(path).catch(() => undefined)
  try {
    const { buffer, bytesRead } = (await file?.read(Buffer.alloc(8), 0, 8, 0).catch(() => undefined)) ?? {}
    return buffer !== undefined && isHDF5(buffer.subarray(0, bytesRead))
  } finally {
    await file?.close()
  }
}

export async function loadKeras(path: string, options: LoadModelOptions): Promise<LoadedModel> {
  const bytes = await read(path)
  const architecture = options.architecture && (await read(options.architecture)).toString('utf8')
  const card = options.card ?? (await readKerasCard(path))
  const spec: KerasModelSpec = {
    kind: 'keras',
    source: resolve(path),
    ...(options.architecture ? { architecture: resolve(options.architecture) } : {}),
  }
  try {
    return await fromKeras(bytes, { architecture, card, spec })
  } catch (cause) {
    throw cause instanceof ExplainError ? inFile(path, cause) : cause
  }
}

/** `name.card.json` beside `name.h5`, `name.weights.h5` or `name.keras`; else the folder's. */
export async function readKerasCard(path: string): Promise<ModelCard | undefined> {
  const name = path.slice(0, path.length - extname(path).length).replace(/\.weights$/, '')
  return (await readCardFile(`${name}.card.json`)) ?? (await readCardBeside(dirname(path)))
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new ExplainError('bad-file', `${path} ${whyUnreadable(cause)}.`, 'Give the path of a Keras file.', { cause })
  }
}
