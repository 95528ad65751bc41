/** One backend in this process, for whoever forked it: TensorFlow and the emulated GPU each want one of their own. */
import { createRequire } from 'node:module'
import util from 'node:util'
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
  // Kernels are mended for backends that there are: they must be there before, if what mends them is to be undone.
  if (backend === 'tensorflow') importTensorFlow()
  if (backend === 'webgpu') registerDevicelessWebGPU()
  const registration = registerGradients()
  const { device } = await useBackend(backend)
  if (stock) registration.undo()
  const cells = await checkRows(rows, references, (done, count) => process.send!(`${done} of ${count}`))
  process.send!({ device, cells }, () => process.exit())
})

/** Without a device at hand the import registers kernels but no backend. */
function registerDevicelessWebGPU(): void {
  registerBackend('webgpu', () => {
    throw new Error('The device comes with useBackend.')
  })
}

function importTensorFlow(): void {
  // Node 23 removed what the binding calls.
  if (!('isNullOrUndefined' in util)) Object.assign(util, { isNullOrUndefined: (value: unknown) => value == null })
  const here = createRequire(import.meta.url)
  createRequire(here.resolve('@explainnet/node/package.json'))('@tensorflow/tfjs-node')
}
