import { type Cell, type Status, statusOf } from './check.ts'

/** The committed matrix, `results/matrix.json`. */
export interface Measured {
  /** Of tfjs-core. */
  readonly tfjs: string
  readonly node: string
  readonly columns: readonly MeasuredColumn[]
}

export interface MeasuredColumn {
  readonly id: string
  /** As tfjs names it. */
  readonly backend: string
  readonly runtime: 'Node' | 'Chromium'
  readonly device: string
  /** By the id of the row; errors rounded so that another run gives the same. */
  readonly cells: Readonly<Record<string, Cell>>
  /** With what TensorFlow.js brings along instead: tfjs-layers' gradients and the backend's own kernels. */
  readonly stock: Readonly<Record<string, Status>>
}

/** Errors to the next power of ten, and none below 1e-6. */
export const rounded = ({ value, gradient }: Cell): Cell => ({ value: upwards(value), gradient: upwards(gradient) })

const upwards = (error: number | string): number | string =>
  typeof error === 'string'
    ? error
    : Number.isFinite(error)
      ? Math.max(1e-6, Number(`1e${Math.ceil(Math.log10(error || 1e-9))}`))
      : 'not a number'

/** `summary.json`: how many cells of each column are right. */
export interface Summary {
  readonly id: string
  readonly runtime: string
  readonly device: string
  readonly rows: number
  /** As TensorFlow.js comes. */
  readonly stock: number
  /** With `registerGradients()`. */
  readonly right: number
}

export const summarise = ({ columns }: Measured): Summary[] =>
  columns.map(({ id, backend, runtime, device, cells, stock }) => ({
    id,
    runtime,
    device,
    rows: Object.keys(cells).length,
    stock: Object.values(stock).filter((status) => status === 'right').length,
    right: Object.values(cells).filter((cell) => statusOf(cell, backend) === 'right').length,
  }))
