import { ExplainError } from '@explainnet/core'
import type { BackendAdapter } from './adapter.ts'
import { describeTensorFlow, loadTensorFlow } from './tensorflow-binding.ts'

export const tensorflowGpu: BackendAdapter = {
  registeredAs: 'tensorflow',
  async find() {
    const backend = await loadTensorFlow('@tensorflow/tfjs-node-gpu')
    if (!backend.isGPUPackage) {
      throw new ExplainError(
        'backend-missing',
        'This process computes with @tensorflow/tfjs-node already, and there is one TensorFlow in a process.',
        "Ask for 'tensorflow-gpu' in a fresh one.",
      )
    }
    if (!backend.isUsingGpuDevice) {
      throw new ExplainError(
        'backend-missing',
        `TensorFlow ${backend.binding.TF_Version} finds no GPU.`,
        "It needs an NVIDIA GPU with the CUDA and cuDNN that this version was built for; 'webgpu' needs neither.",
      )
    }
    return describeTensorFlow(backend)
  },
}
