import '@tensorflow/tfjs-backend-webgl'
import '@tensorflow/tfjs-backend-webgpu'
import { registerGradients } from '@explainnet/gradients'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commands } from 'vitest/browser'
import { drawsOf } from './draws.ts'
import { cases, type Found, leftBy, mapOf, mapOfSecond } from './maps.ts'
import { type Subject, subjects } from './networks.ts'
import type { OnCpu } from './on-cpu.ts'

/** Largest deviation as a share of the map's largest value. */
const bounds = { wasm: 1e-4, webgpu: 1e-4, webgl: 1e-3 } as const
/** The same of an example alone and beside another one: other chunks, other kernels, other orders of summation. */
const alone = 1e-5

let onCpu: OnCpu
beforeAll(async () => {
  setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/')
  registerGradients()
  onCpu = JSON.parse(await commands.runInNode('packages/explainnet/test/parity/on-cpu.ts'))
})

const deviation = (values: ArrayLike<number>, wanted: readonly number[]) => {
  expect(values.length).toBe(wanted.length)
  const top = wanted.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
  expect(top).toBeGreaterThan(0)
  return wanted.reduce((largest, value, i) => Math.max(largest, Math.abs(values[i]! - value)), 0) / top
}

it('random draws in the browser are those in Node, bit for bit', () => {
  expect(drawsOf()).toEqual(onCpu.draws)
})

describe.each(Object.keys(bounds) as (keyof typeof bounds)[])('on %s', (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend), `${backend} starts`).toBe(true)
    await tf.ready()
  })

  describe.each(Object.entries(subjects))('of a network that sees a %s', (name, make) => {
    let subject: Subject
    beforeAll(async () => {
      subject = await make()
    })
    afterAll(() => subject.dispose())

    it.each(cases.filter(({ subject }) => subject === name))(
      '$method is as on cpu in Node, from the same rows, whatever the chunks and batch mates, and leaves no tensor',
      async (which) => {
        const wanted = onCpu.found[cases.indexOf(which)]!
        let found: Found | undefined
        let second: Float32Array | undefined
        const left = await leftBy(async () => {
          found = await mapOf(which, subject)
          second = await mapOfSecond(which, subject)
        })
        const half = wanted.values.length / 2
        expect(deviation(found!.values, wanted.values)).toBeLessThanOrEqual(bounds[backend])
        expect(deviation(second!, found!.values.slice(half))).toBeLessThanOrEqual(alone)
        // Its masks are activations, which have the backend's rounding.
        if (which.method !== 'sise') expect(found!.rows).toBe(wanted.rows)
        expect(left).toBe(0)
      },
    )
  })
})
