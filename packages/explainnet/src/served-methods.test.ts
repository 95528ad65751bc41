import { techniques } from '@explainnet/studies'
import { expect, it } from 'vitest'
import { servedMethods } from './served-methods.ts'

it('serves every technique that the command line knows, in the same order', () => {
  expect(Object.keys(servedMethods)).toEqual(techniques.map(({ name }) => name))
})

it.each(Object.entries(servedMethods))('serves %s under its own name, with its options', (name, factory) => {
  expect(factory({}).name).toBe(name)
  expect(() => factory({ 'no such option': 1 })).toThrow(/no option|no-option|has none/)
})
