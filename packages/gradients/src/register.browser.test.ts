import '../test/browser.ts'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { gradientsRegistered, registerGradients } from './index.ts'

it('what is wrong on webgl and webgpu is replaced once, and put back when undone', () => {
  const names = ['MaxPoolGrad', 'AvgPool3DGrad', 'StridedSlice', 'FusedBatchNorm']
  const kernels = () =>
    ['cpu', 'webgl', 'webgpu'].flatMap((backend) => names.map((name) => tf.getKernel(name, backend)))
  const before = kernels()
  expect(gradientsRegistered()).toBe(false)
  const first = registerGradients()
  expect(first.registered).toEqual(
    expect.arrayContaining(['cpu/AvgPoolGrad', 'webgl/MaxPoolGrad', 'webgl/Dilation2DBackpropInput', 'webgpu/Cast']),
  )
  expect(new Set(first.registered).size).toBe(first.registered.length)
  expect(gradientsRegistered()).toBe(true)
  expect(registerGradients().registered).toEqual([])
  first.undo()
  expect(kernels()).toEqual(before)
  expect(tf.getKernel('Dilation2DBackpropInput', 'webgl')).toBeUndefined()
})

it('somebody’s own kernel for webgl stays, unless told to override', () => {
  const stock = tf.getKernel('MaxPoolGrad', 'webgl')
  const own: tf.KernelConfig = {
    kernelName: 'MaxPoolGrad',
    backendName: 'webgl',
    kernelFunc: ({ inputs, backend }) => {
      const program = { variableNames: ['dy'], outputShape: [1], userCode: 'void main() { setOutput(0.0); }' }
      return (backend as { runWebGLProgram(...args: unknown[]): tf.TensorInfo }).runWebGLProgram(program, [
        inputs['dy'],
      ])
    },
  }
  tf.unregisterKernel('MaxPoolGrad', 'webgl')
  tf.registerKernel(own)
  const kept = registerGradients()
  expect(tf.getKernel('MaxPoolGrad', 'webgl')).toBe(own)
  const overridden = registerGradients({ override: true })
  expect(overridden.registered).toContain('webgl/MaxPoolGrad')
  overridden.undo()
  kept.undo()
  expect(tf.getKernel('MaxPoolGrad', 'webgl')).toBe(own)
  tf.unregisterKernel('MaxPoolGrad', 'webgl')
  tf.registerKernel(stock)
})
