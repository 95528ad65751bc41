import { expect, it } from 'vitest'
import { committedHashes, committedPairHash, renderedHashes } from './pollen-sim.hashes.ts'

it('renders the same bytes in a browser as in Node', async () => {
  expect(await renderedHashes()).toEqual({ images: committedHashes, pair: committedPairHash })
})
