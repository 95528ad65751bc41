export { type Cell, check, type Status, statusOf, tolerance } from './check.ts'
export { type Reference, referenceOf } from './reference/differences.ts'
export { type Row, rows } from './rows.ts'
