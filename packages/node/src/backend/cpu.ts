import '@tensorflow/tfjs-backend-cpu'
import { findBackend } from '@tensorflow/tfjs-core'
import type { BackendAdapter } from './adapter.ts'

export const cpu: BackendAdapter = {
  registeredAs: 'cpu',
  find: async () => ({ description: `JavaScript (${process.release.name} ${process.versions.node})` }),
  async prepare() {
    // On its first tensor this backend prints a banner that recommends tfjs-node; who asks for cpu knows what it is.
    ;(findBackend('cpu') as unknown as { firstUse: boolean }).firstUse = false
  },
}
