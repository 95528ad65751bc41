import type { Summary } from './measured.ts'
import summary from './summary.json' with { type: 'json' }

export { type Family, families } from './cases/index.ts'
export { type Cell, type Status, statusOf, tolerance } from './check.ts'
export { type Limit, limitOf, limits } from './limits.ts'
export type { Summary } from './measured.ts'
export type { Reference } from './reference/differences.ts'
export { type Row, rows } from './rows.ts'
export { type Cells, checkRows, type OnRow, type References, referencesOf } from './run.ts'
export { measureSpeed, type Speed } from './speed.ts'

/** The committed matrix, a line a column. */
export const measured: readonly Summary[] = summary
