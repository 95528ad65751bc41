/** One backend in this process, for whoever forked it: TensorFlow and the emulated GPU each want one of their own. */
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-webgpu'
import { registerGradients } from '@explainnet/gradients'
import { useBackend } from '@explainnet/node'
import { registerBackend } from '@tensorflow/tfjs-core'
import { checkRows, type References, rows } from '../src/index.ts'

export interface NodeColumnRequest {
  readonly backend: string
  readonly stock: boolean
  readonly references: References
}

process.once('message', async ({ backend, stock, references }: NodeColumnRequest) => {
  // Without a device at hand the import registers kernels but no backend, and kernels are mended for backends that there are.
  registerBackend('webgpu', () => {
    throw new Error('The device comes with useBackend.')
  })
  const registration = registerGradients()
  const { device } = await useBackend(backend)
  if (stock) registration.undo()
  const cells = await checkRows(rows, references, (done, count) => process.send!(`${done} of ${count}`))
  process.send!({ device, cells }, () => process.exit())
})
