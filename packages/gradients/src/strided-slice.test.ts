import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { picked, singlePlaces, sliced } from '../test/single-places.ts'
import { use } from '../test/wasm.ts'
import { type GradientRegistration, registerGradients } from './index.ts'

let registration: GradientRegistration
beforeAll(() => {
  registration = registerGradients()
})
afterAll(() => registration.undo())

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  it.each(singlePlaces)('%s takes what it names', async (_, begin, end, strides, masks, taken) => {
    await use(backend)
    const found = sliced(begin, end, strides, masks)
    const { shape, data } = picked(taken)
    expect(found.shape).toEqual(shape)
    expect(Array.from(found.dataSync())).toEqual(data)
  })
})
