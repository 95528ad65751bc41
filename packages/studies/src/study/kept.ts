import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic } from '@explainnet/node'

/** Where results of a stage are kept, and what all of them depend on: they are computed again when that changes. */
export interface Keeping {
  readonly folder: string
  /** Of the file, without its ending. */
  readonly name: string
  /** JSON. */
  readonly from: unknown
}

/**
 * A result for each item, read back where it was computed before. The file is replaced whole after every item, so that a
 * run that was stopped goes on where it was; a damaged file counts for nothing. Results must be JSON.
 *
 * @param identify Tells items apart; an item with a new identity is computed, the others are kept.
 * @throws ExplainError `unwritable`.
 */
export async function keptEach<I, T>(
  { folder, name, from }: Keeping,
  items: readonly I[],
  identify: (item: I) => string,
  compute: (item: I, place: number) => Promise<T>,
): Promise<T[]> {
  const key = sha256(JSON.stringify(from))
  const file = join(folder, `${name}.json`)
  const stored = parse(await readFile(file, 'utf8').catch(() => ''))
  const known: Record<string, T> = stored?.key === key ? (stored.values as Record<string, T>) : {}
  const results: T[] = []
  for (const [place, item] of items.entries()) {
    const identity = identify(item)
    if (!Object.hasOwn(known, identity)) {
      known[identity] = await compute(item, place)
      await writeFileAtomic(file, JSON.stringify({ key, values: known }))
    }
    results.push(known[identity]!)
  }
  return results
}

/** One result, read back if it was computed from the same things before. */
export async function kept<T>(keeping: Keeping, compute: () => Promise<T>): Promise<T> {
  const [only] = await keptEach(keeping, ['all'], (item) => item, compute)
  return only!
}

export const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Identity of an array of numbers. */
export const sha256OfValues = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  sha256(new Uint8Array(buffer, byteOffset, byteLength))

function parse(text: string): { readonly key?: string; readonly values: unknown } | undefined {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null && typeof value.values === 'object' ? value : undefined
  } catch {
    return undefined
  }
}
