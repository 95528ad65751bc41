import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describePooling, naivePoolGradient, poolGradient, poolings, ties } from '../../test/pooling.ts'
import { relativeError, use } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('cpu')
})
afterAll(() => registration.undo())

describe.each(poolings.map((pooling) => [describePooling(pooling), pooling] as const))('%s, on cpu', (_, pooling) => {
  it.each(['max', 'avg'] as const)('is the gradient of %s pooling', (kind) => {
    const x = ties(pooling)
    const { dx, dy } = poolGradient(kind, pooling, x)
    const wanted = naivePoolGradient(kind, pooling, x.dataSync(), dy.dataSync())
    expect(dx.shape).toEqual(x.shape)
    expect(relativeError(dx.dataSync(), wanted)).toBeLessThan(1e-6)
  })
})
