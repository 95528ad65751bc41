import { env } from '@tensorflow/tfjs-core'
import { type Cell, check } from './check.ts'
import { type Reference, referenceOf } from './reference/differences.ts'
import type { Row } from './rows.ts'

/** By the id of the row. */
export type References = Readonly<Record<string, Reference>>
export type Cells = Record<string, Cell>

export type OnRow = (done: number, count: number) => void

/** What each row should give, in float64: about 10 ms a row. */
export async function referencesOf(rows: readonly Row[], onRow?: OnRow): Promise<References> {
  const references: Record<string, Reference> = {}
  for (const [i, row] of rows.entries()) {
    references[row.id] = await referenceOf(row.build)
    onRow?.(i + 1, rows.length)
  }
  return references
}

/** Runs rows on the backend in use, with the gradients that are registered. */
export async function checkRows(rows: readonly Row[], references: References, onRow?: OnRow): Promise<Cells> {
  const restore = withoutShortCuts()
  try {
    const cells: Cells = {}
    for (const [i, row] of rows.entries()) {
      cells[row.id] = await check(row, references[row.id]!)
      onRow?.(i + 1, rows.length)
    }
    return cells
  } finally {
    restore()
  }
}

/** The GPU backends compute small tensors that are not uploaded yet in JavaScript: that would say nothing about their kernels. */
function withoutShortCuts(): () => void {
  const before = ['WEBGL_CPU_FORWARD', 'WEBGPU_CPU_FORWARD'].flatMap((name) => {
    try {
      const value = env().get(name)
      env().set(name, false)
      return [[name, value] as const]
    } catch {
      // The backend was not imported.
      return []
    }
  })
  return () => {
    for (const [name, value] of before) env().set(name, value)
  }
}
