import type { KernelConfig } from '@tensorflow/tfjs-core'
import { askedOfGpu, trialTensor } from '../trial.ts'

/** Whether a max-pool gradient's shader looks for the last maximum of a window: it replaces one by an equal one. */
export const givesTiesToTheLast = (kernel: KernelConfig): boolean =>
  shadersOfPoolGradient(kernel).some((code) => /value >= curr\w*MaxValue/.test(code))

/** Whether an average-pool gradient's shader divides by one number everywhere. */
export const ignoresPadding = (kernel: KernelConfig): boolean =>
  shadersOfPoolGradient(kernel).some((code) => /\* *(uniforms\.)?avgMultiplier/.test(code))

function shadersOfPoolGradient(kernel: KernelConfig): string[] {
  const shape = kernel.kernelName.includes('3D') ? [1, 2, 2, 2, 1] : [1, 2, 2, 1]
  const tensor = trialTensor(shape)
  const inputs = { dy: tensor, input: tensor, output: tensor }
  const { shaders } = askedOfGpu({ kernel, inputs, attrs: { filterSize: 2, strides: 1, pad: 'same' } })
  return shaders.map(({ code }) => code)
}
