import type { Cells, References } from '../src/index.ts'

/** A column of the matrix: a backend somewhere. */
export interface Column {
  readonly id: string
  readonly backend: string
  readonly runtime: 'Node' | 'Chromium'
}

export const columns: readonly Column[] = [
  { id: 'cpu', backend: 'cpu', runtime: 'Node' },
  { id: 'wasm', backend: 'wasm', runtime: 'Node' },
  { id: 'wasm-chromium', backend: 'wasm', runtime: 'Chromium' },
  { id: 'webgl', backend: 'webgl', runtime: 'Chromium' },
  { id: 'webgpu', backend: 'webgpu', runtime: 'Chromium' },
  { id: 'webgpu-dawn', backend: 'webgpu', runtime: 'Node' },
  { id: 'tensorflow', backend: 'tensorflow', runtime: 'Node' },
]

export interface ColumnResult {
  readonly device: string
  readonly cells: Cells
}

/** Runs a column, with our gradients or with what TensorFlow.js brings along. */
export type RunColumn = (
  backend: string,
  stock: boolean,
  references: References,
  onProgress: (text: string) => void,
) => Promise<ColumnResult>
