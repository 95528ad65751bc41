export type { Check } from './check.ts'
export { conformanceChecks } from './conformance.ts'
export type { Fixtures, ModelAndInputs, SubjectName } from './fixtures.ts'
