import { ExplainError } from '@explainnet/core/plain'
import type { ModelSource } from './load-model.ts'

export const kept = 'indexeddb://'

/** The same source, an address in full: what it means in a page is not what it would mean in a worker. Throws `bad-file`. */
export function absoluteSource(source: ModelSource): ModelSource {
  if (typeof source !== 'string' || source.startsWith(kept)) return source instanceof URL ? source.href : source
  const base = typeof document === 'undefined' ? location.href : document.baseURI
  try {
    return new URL(source, base).href
  } catch (cause) {
    throw new ExplainError(
      'bad-file',
      `'${source}' is no address.`,
      'Give the URL of a model.json, of its folder or of a Keras file.',
      { cause },
    )
  }
}

/** The name of a model that is kept in the browser. Throws `bad-option`. */
export function keptName(source: string): string {
  const name = source.startsWith(kept) ? source.slice(kept.length) : ''
  if (name !== '') return name
  throw new ExplainError('bad-option', `'${source}' is no place in the browser.`, `Write ${kept}my-model.`)
}

export const isKerasName = (name: string): boolean => /\.(h5|hdf5|keras)$/i.test(name)

/** The name of the card of a Keras file, beside it. */
export const kerasCardName = (name: string): string => `${name.replace(/(\.weights)?\.[^.]+$/, '')}.card.json`
