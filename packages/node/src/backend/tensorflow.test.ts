import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { difference, explained, networks } from '../../test/networks.ts'
import { useBackend } from './use-backend.ts'

const there = await useBackend('tensorflow').then(
  () => true,
  () => false,
)
afterEach(() => vi.restoreAllMocks())

describe.skipIf(!there)('tensorflow (needs the native binding)', () => {
  beforeAll(async () => void (await useBackend('tensorflow')))

  it.each(Object.keys(networks))('explains %s as cpu does, and leaves no tensor', async (name) => {
    await useBackend('cpu')
    const wanted = await explained(name)
    await useBackend('tensorflow')
    const found = await explained(name)
    console.log(name, difference(wanted.scores, found.scores), difference(wanted.values, found.values))
    expect(difference(wanted.scores, found.scores)).toBeLessThan(1e-5)
    expect(difference(wanted.values, found.values)).toBeLessThan(1e-5)
    expect(found.leaked).toBe(0)
  })
})
