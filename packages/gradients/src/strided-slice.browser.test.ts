import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useInBrowser } from '../test/browser.ts'
import { picked, singlePlaces, sliced } from '../test/single-places.ts'
import { type GradientRegistration, registerGradients } from './index.ts'

let registration: GradientRegistration
beforeAll(() => {
  registration = registerGradients()
})
afterAll(() => registration.undo())

describe.each(['webgl', 'webgpu'] as const)('on %s', (backend) => {
  it.each(singlePlaces)('%s takes what it names', async (_, begin, end, strides, masks, taken) => {
    await useInBrowser(backend)
    const found = sliced(begin, end, strides, masks)
    const { shape, data } = picked(taken)
    expect(found.shape).toEqual(shape)
    expect(Array.from(await found.data())).toEqual(data)
  })
})
