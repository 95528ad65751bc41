import type { ModelSource } from './load-model.ts'

/** A model's source as something that means the same in a worker, whose relative URLs are others. */
export function absoluteSource(source: ModelSource): string | readonly File[] {
  if (source instanceof URL) return source.href
  if (typeof source !== 'string' || source.startsWith('indexeddb://')) return source as string | readonly File[]
  return new URL(source, document.baseURI).href
}
