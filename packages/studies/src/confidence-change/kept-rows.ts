import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ExplainError } from '@explainnet/core'
import { writeFileAtomic } from '@explainnet/node'

/** Rows of JSON by their key, in a file that only grows: thousands cost no more each than the first. */
export interface KeptRows<T> {
  readonly known: ReadonlyMap<string, T>
  add(rows: readonly (readonly [key: string, row: T])[]): Promise<void>
}

/**
 * Opens a file of rows, one a line. A line that a stopped run left half-written counts for nothing and is dropped.
 * Without a file, rows are kept in memory alone. Throws `unwritable`.
 */
export async function keptRows<T>(file: string | undefined): Promise<KeptRows<T>> {
  const known = new Map<string, T>()
  if (file === undefined) {
    return {
      known,
      async add(rows) {
        for (const [key, row] of rows) known.set(key, row)
      },
    }
  }
  const text = await readFile(file, 'utf8').catch(() => '')
  const lines = text.split('\n').filter((line) => line !== '')
  const whole = lines.filter((line) => {
    const entry = parse<T>(line)
    if (entry) known.set(...entry)
    return entry !== undefined
  })
  if (whole.length < lines.length || (text !== '' && !text.endsWith('\n'))) {
    await writeFileAtomic(file, whole.map((line) => `${line}\n`).join(''))
  }
  return {
    known,
    async add(rows) {
      try {
        await mkdir(dirname(file), { recursive: true })
        await appendFile(file, rows.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
      } catch (cause) {
        throw new ExplainError('unwritable', `${file} cannot be written.`, 'Choose another folder.', { cause })
      }
      for (const [key, row] of rows) known.set(key, row)
    },
  }
}

function parse<T>(line: string): [string, T] | undefined {
  try {
    const entry = JSON.parse(line)
    return Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string'
      ? (entry as [string, T])
      : undefined
  } catch {
    return undefined
  }
}
