import type { ModelCard } from '../api.ts'
import { parseCard, teachableMachineCard } from '../card/card.ts'
import { ExplainError } from '../errors.ts'
import { inFile } from './build.ts'

/** The card in the text of a file, called `path` in messages. Throws `bad-card`. */
export function readCardText(path: string, text: string): ModelCard {
  const json = parsed(path, text)
  return named(path, () => parseCard(json))
}

/** The card in a `metadata.json` of Teachable Machine; other tools write one, too, and what names no labels is not ours to judge. */
export function readMetadataText(path: string, text: string): ModelCard | undefined {
  const json = parsed(path, text)
  if (!Array.isArray((json as { labels?: unknown } | null)?.labels)) return undefined
  return named(path, () => teachableMachineCard(json))
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
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
