import { expect, it } from 'vitest'
import { committedHash, generatedHash } from './mnist1d.hash.ts'

it('generates the same bytes in a browser as in Node', async () => {
  expect(await generatedHash()).toBe(committedHash)
})
