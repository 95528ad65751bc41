import { describe, it } from 'node:test'
import type { AttributionMethod } from '@explainnet/core'
import { conformanceChecks } from './conformance.ts'
import type { Fixtures } from './fixtures.ts'

/**
 * The conformance suite as a node:test suite of the method's name, one test a check. Choose the backend before the tests
 * run: `before(() => tf.setBackend('wasm'))`. Checks that do not apply are skipped and say why.
 */
export function describeMethod(make: AttributionMethod | (() => AttributionMethod), fixtures: Fixtures = {}): void {
  const { name } = typeof make === 'function' ? make() : make
  describe(name, () => {
    for (const check of conformanceChecks(make, fixtures)) {
      it(check.name, { skip: check.skipped ?? false }, check.run)
    }
  })
}
