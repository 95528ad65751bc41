import type { AttributionMethod } from '@explainnet/core'
import { createBench } from './bench.ts'
import type { Check } from './check.ts'
import { axiomChecks } from './checks/axioms.ts'
import { descriptionChecks } from './checks/description.ts'
import { endingChecks } from './checks/endings.ts'
import { independenceChecks } from './checks/independence.ts'
import { mapChecks } from './checks/maps.ts'
import { recordChecks } from './checks/records.ts'
import { targetChecks } from './checks/targets.ts'
import type { Fixtures } from './fixtures.ts'

/**
 * Everything that an attribution method must do, as sentences that can be run one by one: maps, targets, independence of
 * batch mates, chunks and seed, endings without leaks, bad numbers, options, certificate, spec, and the axioms that the
 * method declares, on closed-form functions and small networks of the suite's own.
 *
 * Runs on the backend that is set, with gradients registered (`registerGradients()`, or tfjs-layers imported). A method
 * is explained on inputs of 5 to 128 numbers some hundred times, so give one that samples little.
 *
 * @param make Makes the method afresh, or the method itself.
 * @param fixtures What the suite cannot know by itself.
 */
export function conformanceChecks(
  make: AttributionMethod | (() => AttributionMethod),
  fixtures: Fixtures = {},
): readonly Check[] {
  const bench = createBench(typeof make === 'function' ? make : () => make, fixtures)
  return [
    ...descriptionChecks(bench),
    ...mapChecks(bench),
    ...targetChecks(bench),
    ...independenceChecks(bench),
    ...endingChecks(bench),
    ...recordChecks(bench),
    ...axiomChecks(bench),
  ]
}
