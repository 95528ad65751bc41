import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ExplainError, type ModelCard, readCardText, readMetadataText } from '@explainnet/core'

/** The card in a file, or undefined if there is no such file. Throws `bad-card`. */
export async function readCardFile(path: string): Promise<ModelCard | undefined> {
  const own = await textOf(path)
  return own === undefined ? undefined : readCardText(path, own)
}

/** The card in a model's folder: `card.json`, else Teachable Machine's `metadata.json`, else none. Throws `bad-card`. */
export async function readCardBeside(folder: string): Promise<ModelCard | undefined> {
  const own = await readCardFile(join(folder, 'card.json'))
  if (own) return own
  const path = join(folder, 'metadata.json')
  const metadata = await textOf(path)
  return metadata === undefined ? undefined : readMetadataText(path, metadata)
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new ExplainError('bad-card', `${path} cannot be read (${code}).`, 'Make it readable, or remove it.', {
      cause,
    })
  }
}
