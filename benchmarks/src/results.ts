import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic } from '@explainnet/node'
import type { Machine } from './machine.ts'
import { results, root } from './paths.ts'

/** A figure or a group of them, with where they come from. */
interface Entry<T = unknown> {
  readonly value: T
  readonly command: string
  /** Year, month and day. */
  readonly date: string
  /** Key of `machines`. */
  readonly machine: string
}

/** One file for each backend. Parts that are measured again replace their entries; others stay. */
export interface Results {
  readonly backend: string
  readonly machines: Record<string, Machine>
  readonly entries: Record<string, Entry>
}

export async function readResults(backend: string): Promise<Results> {
  const path = fileOf(backend)
  if (!existsSync(path)) return { backend, machines: {}, entries: {} }
  return JSON.parse(await readFile(path, 'utf8'))
}

export async function allResults(): Promise<Results[]> {
  const files = existsSync(results) ? (await readdir(results)).filter((name) => name.endsWith('.json')).sort() : []
  return Promise.all(files.map((name) => readResults(name.slice(0, -'.json'.length))))
}

export function record(into: Results, key: string, value: unknown, command: string, machine: Machine): void {
  const id = createHash('sha256').update(JSON.stringify(machine)).digest('hex').slice(0, 8)
  into.machines[id] = machine
  into.entries[key] = { value, command, date: new Date().toISOString().slice(0, 10), machine: id }
}

export async function writeResults(written: Results): Promise<void> {
  const used = new Set(Object.values(written.entries).map(({ machine }) => machine))
  const machines = Object.fromEntries(Object.entries(written.machines).filter(([id]) => used.has(id)))
  await writeFileAtomic(fileOf(written.backend), format({ ...written, machines }))
}

const fileOf = (backend: string) => join(results, `${backend}.json`)

/** Indented, with numbers rounded to four digits and lists of them on one line. */
const format = (value: unknown) =>
  `${JSON.stringify(value, (_, one) => (typeof one === 'number' ? Number(one.toPrecision(4)) : one), 2).replaceAll(
    /\[\s+([-\d.e+,\s]+?)\s+\]/g,
    (_, numbers: string) => `[${numbers.split(/,\s+/).join(', ')}]`,
  )}\n`.replaceAll(root, '.')
