import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { use } from '../test/wasm.ts'
import { type GradientRegistration, gradientsRegistered, registerGradients } from './index.ts'

const registrations: GradientRegistration[] = []
const register = (options?: { override?: boolean }) => {
  const registration = registerGradients(options)
  registrations.push(registration)
  return registration
}

beforeAll(() => use('wasm'))
afterEach(() => {
  for (const registration of registrations.splice(0).reverse()) registration.undo()
})

describe('registering gradients', () => {
  it('makes a relu differentiable, which tfjs-core alone cannot do', () => {
    const slope = () =>
      tf.tidy(
        () =>
          tf
            .grad((x) => tf.relu(x))(tf.scalar(2))
            .dataSync()[0],
      )
    expect(slope).toThrow(/gradient function not found/)
    register()
    expect(slope()).toBe(1)
  })

  it('says what it registered, and nothing the second time', () => {
    expect(gradientsRegistered()).toBe(false)
    const { registered } = register()
    expect(registered).toEqual(expect.arrayContaining(['Relu', 'Conv2D', 'wasm/Conv2DBackpropFilter', 'wasm/Identity']))
    expect(new Set(registered).size).toBe(registered.length)
    expect(gradientsRegistered()).toBe(true)
    expect(register().registered).toEqual([])
  })

  it('covers every gradient of tfjs-core', () => {
    const { registered } = register()
    // Read, not imported: its extensionless imports are what keeps Node from loading it.
    const file = createRequire(import.meta.url).resolve('@tensorflow/tfjs-core/dist/register_all_gradients.js')
    const upstream = new Set(readFileSync(file, 'utf8').match(/\.\/gradients\/\w+_grad/g))
    expect(upstream.size).toBeGreaterThan(90)
    expect(registered.filter((name) => !name.includes('/')).length).toBeGreaterThanOrEqual(upstream.size)
  })

  it('puts everything back when undone', () => {
    const kernels = ['MaxPoolGrad', 'Conv2DBackpropFilter', 'Identity', 'Sum'].map((name) => tf.getKernel(name, 'wasm'))
    const registration = register()
    registration.undo()
    expect(tf.getGradient('Relu')).toBeUndefined()
    expect(
      ['MaxPoolGrad', 'Conv2DBackpropFilter', 'Identity', 'Sum'].map((name) => tf.getKernel(name, 'wasm')),
    ).toEqual(kernels)
    registration.undo()
    expect(tf.tidy(() => tf.sum(tf.ones([3])).dataSync()[0])).toBe(3)
  })

  it('keeps a gradient and a kernel that somebody registered by hand, unless told to override', () => {
    const gradient: tf.GradConfig = { kernelName: 'Relu', gradFunc: (dy) => ({ x: () => dy as tf.Tensor }) }
    const kernel: tf.KernelConfig = {
      kernelName: 'UnsortedSegmentSum',
      backendName: 'wasm',
      kernelFunc: () => {
        throw new Error('never run')
      },
    }
    tf.registerGradient(gradient)
    tf.registerKernel(kernel)
    const kept = register()
    expect(kept.registered).not.toContain('Relu')
    expect(tf.getGradient('Relu')).toBe(gradient)
    expect(tf.getKernel('UnsortedSegmentSum', 'wasm')).toBe(kernel)
    const overridden = register({ override: true })
    expect(overridden.registered).toEqual(['Relu', 'wasm/UnsortedSegmentSum'])
    expect(tf.getGradient('Relu')).not.toBe(gradient)
    overridden.undo()
    expect(tf.getGradient('Relu')).toBe(gradient)
    kept.undo()
    expect(tf.getGradient('Relu')).toBe(gradient)
    tf.unregisterGradient('Relu')
    tf.unregisterKernel('UnsortedSegmentSum', 'wasm')
  })

  it('keeps a kernel that shows no fault, such as a later version of TensorFlow.js may bring', () => {
    const faulty = tf.getKernel('AvgPoolGrad', 'cpu')
    expect(register().registered).toContain('cpu/AvgPoolGrad')
    const right = tf.getKernel('AvgPoolGrad', 'cpu')
    tf.unregisterKernel('AvgPoolGrad', 'cpu')
    const corrected = { ...right }
    tf.registerKernel(corrected)
    expect(gradientsRegistered()).toBe(true)
    expect(register().registered).toEqual([])
    expect(tf.getKernel('AvgPoolGrad', 'cpu')).toBe(corrected)
    tf.unregisterKernel('AvgPoolGrad', 'cpu')
    tf.registerKernel(faulty)
    expect(gradientsRegistered()).toBe(false)
  })

  it('registers nothing for a backend that was not imported, until it is', () => {
    expect(register().registered.filter((name) => /^web/.test(name))).toEqual([])
    expect(gradientsRegistered()).toBe(true)
    tf.registerBackend('webgl', () => {
      throw new Error('never started')
    })
    expect(gradientsRegistered()).toBe(false)
    expect(register().registered).toContain('webgl/MaxPoolGrad')
    tf.removeBackend('webgl')
  })

  it('leaves alone what was registered over it when undone', () => {
    const registration = register()
    const later: tf.GradConfig = { kernelName: 'Relu', gradFunc: (dy) => ({ x: () => dy as tf.Tensor }) }
    tf.registerGradient(later)
    registration.undo()
    expect(tf.getGradient('Relu')).toBe(later)
    tf.unregisterGradient('Relu')
  })
})
