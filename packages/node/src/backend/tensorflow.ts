import type { BackendAdapter } from './adapter.ts'
import { describeTensorFlow, loadTensorFlow } from './tensorflow-binding.ts'

export const tensorflow: BackendAdapter = {
  registeredAs: 'tensorflow',
  find: async () => describeTensorFlow(await loadTensorFlow('@tensorflow/tfjs-node')),
}
