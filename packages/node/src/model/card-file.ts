import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ExplainError, inFile, type ModelCard, parseCard, teachableMachineCard } from '@explainnet/core'

/** The card in a file, or undefined if there is no such file. Throws `bad-card`. */
export async function readCardFile(path: string): Promise<ModelCard | undefined> {
  const own = await readJSON(path)
  return own && named(own.path, () => parseCard(own.json))
}

/** The card in a model's folder: `card.json`, else Teachable Machine's `metadata.json`, else none. Throws `bad-card`. */
export async function readCardBeside(folder: string): Promise<ModelCard | undefined> {
  const own = await readCardFile(join(folder, 'card.json'))
  if (own) return own
  const metadata = await readJSON(join(folder, 'metadata.json'))
  // Other tools write a metadata.json, too; what names no labels is not ours to judge.
  if (!metadata || !Array.isArray((metadata.json as { labels?: unknown } | null)?.labels)) return undefined
  return named(metadata.path, () => teachableMachineCard(metadata.json))
}

async function readJSON(path: string): Promise<{ readonly path: string; readonly json: unknown } | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch {
    return undefined
  }
  try {
    return { path, json: JSON.parse(text) }
  } catch (cause) {
    throw new ExplainError('bad-card', `${path} is no whole JSON file.`, 'Correct or remove it.', { cause })
  }
}

function named(path: string, read: () => ModelCard): ModelCard {
  try {
    return read()
  } catch (cause) {
    throw cause instanceof ExplainError ? inFile(path, cause) : cause
  }
}
