import { ExplainError } from '@explainnet/core'
import { unzipSync } from 'fflate'

/** What a `.keras` file holds. */
export interface KerasArchive {
  readonly config: unknown
  /** Such as `3.8.0`. */
  readonly version: string | undefined
  /** An HDF5 file. */
  readonly weights: Uint8Array
}

const files = ['config.json', 'metadata.json', 'model.weights.h5']

export const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5)

/** Unpacks a `.keras` file. Throws `bad-file`. */
export function readArchive(bytes: Uint8Array): KerasArchive {
  let found: Record<string, Uint8Array>
  try {
    found = unzipSync(bytes, { filter: ({ name }) => files.includes(name) })
  } catch (cause) {
    throw new ExplainError('bad-file', 'The .keras file is damaged or cut short.', 'Copy or save it again.', { cause })
  }
  const [config, metadata, weights] = files.map((name) => found[name])
  if (!config || !weights) {
    const missing = config ? files[2] : files[0]
    throw new ExplainError(
      'bad-file',
      `The zip file is no Keras model: it holds no ${missing}.`,
      "Give what model.save('….keras') writes.",
    )
  }
  const { keras_version: version } = (metadata ? parse(metadata, 'metadata.json') : {}) as { keras_version?: unknown }
  return { config: parse(config, 'config.json'), version: typeof version === 'string' ? version : undefined, weights }
}

function parse(bytes: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw new ExplainError('bad-file', `${name} in the .keras file is no whole JSON.`, 'Copy or save it again.', {
      cause,
    })
  }
}
