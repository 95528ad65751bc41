/** One backend in this process: TensorFlow and the emulated GPU each want one of their own. Talks to its parent. */
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-webgpu'
import { registerGradients } from '@explainnet/gradients'
import { useBackend } from '@explainnet/node'
import { type Cell, check, type Reference, rows } from '../src/index.ts'

export interface NodeColumn {
  readonly backend: string
  readonly stock: boolean
  readonly references: Readonly<Record<string, Reference>>
}

process.once('message', async ({ backend, stock, references }: NodeColumn) => {
  const registration = registerGradients()
  const { device } = await useBackend(backend)
  if (stock) registration.undo()
  const cells: Record<string, Cell> = {}
  for (const [i, row] of rows.entries()) {
    const reference = references[row.id]
    if (reference) cells[row.id] = await check(row, reference)
    if (i % 25 === 0) process.send!(`${i} of ${rows.length}`)
  }
  process.send!({ device, cells }, () => process.exit())
})
