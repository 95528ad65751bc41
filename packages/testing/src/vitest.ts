import type { AttributionMethod } from '@explainnet/core'
import { describe, it } from 'vitest'
import { conformanceChecks } from './conformance.ts'
import type { Fixtures } from './fixtures.ts'

/**
 * The conformance suite as a vitest suite of the method's name, one test a check. Choose the backend before the tests
 * run: `beforeAll(() => tf.setBackend('wasm'))`. Checks that do not apply are skipped and say why.
 */
export function describeMethod(make: AttributionMethod | (() => AttributionMethod), fixtures: Fixtures = {}): void {
  const { name } = typeof make === 'function' ? make() : make
  describe(name, () => {
    for (const check of conformanceChecks(make, fixtures)) {
      if (check.skipped) it(check.name, (context) => context.skip('does not apply to the method'))
      else it(check.name, check.run)
    }
  })
}
