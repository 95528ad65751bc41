import type { TestCase, TestModule, TestSuite } from 'vitest/node'

/** What a run came to, by the full names of the tests. */
export interface Outcome {
  readonly passed: string[]
  readonly failed: string[]
  readonly skipped: { readonly name: string; readonly reason: string }[]
}

/** What a test may want that a machine need not have, and the word by which its name says so. */
const wants: readonly (readonly [reason: string, word: RegExp])[] = [
  ['EXPLAINNET_DATA', /EXPLAINNET_DATA/],
  ['EXPLAINNET_GOLDEN', /EXPLAINNET_GOLDEN/],
  ['Chromium', /chromium/i],
  ['a GPU device', /\bgpu\b|gpu device/i],
  ["TensorFlow's native binding", /native binding/i],
]

/** Why a test was skipped, as `needs …` where something of the machine's was missing, else in the test's own words. */
export function skipReason(name: string, note?: string): string {
  const missing = wants.filter(([, word]) => word.test(`${name} ${note ?? ''}`)).map(([reason]) => reason)
  return missing.length > 0 ? `needs ${missing.join(' and ')}` : (note ?? 'marked so in the code')
}

/** Whether `EXPLAINNET_REQUIRE` forbids a skip for this reason. */
const isNeed = (reason: string) => reason.startsWith('needs ')

/** The results of the test files, each test counted once; a file or suite that broke outside its tests is one failure. */
export function outcomeOf(modules: Iterable<TestModule>): Outcome {
  const outcome: Outcome = { passed: [], failed: [], skipped: [] }
  const broken = (of: TestModule | TestSuite, name: string) => {
    if (of.errors().length > 0) outcome.failed.push(`${name} (outside its tests)`)
  }
  for (const module of modules) {
    broken(module, module.relativeModuleId)
    for (const suite of module.children.allSuites()) broken(suite, `${module.relativeModuleId} > ${suite.fullName}`)
    for (const test of module.children.allTests()) record(test, `${module.relativeModuleId} > ${test.fullName}`)
  }
  return outcome

  function record(test: TestCase, name: string) {
    const result = test.result()
    if (result.state === 'passed') outcome.passed.push(name)
    else if (result.state === 'failed') outcome.failed.push(name)
    else if (result.state === 'skipped') outcome.skipped.push({ name, reason: skipReason(name, result.note) })
    else outcome.failed.push(`${name} (did not finish)`)
  }
}

/** With `EXPLAINNET_REQUIRE`, a test skipped for something missing has failed. */
export function required(outcome: Outcome): Outcome {
  const lacking = outcome.skipped.filter(({ reason }) => isNeed(reason))
  return {
    passed: outcome.passed,
    failed: [...outcome.failed, ...lacking.map(({ name, reason }) => `${name} (skipped: ${reason})`)],
    skipped: outcome.skipped.filter(({ reason }) => !isNeed(reason)),
  }
}

/** The closing lines: what failed, what was skipped and why, and the count, which is the last of them. */
export function closingLines({ passed, failed, skipped }: Outcome): string[] {
  const byReason = new Map<string, number>()
  for (const { reason } of skipped) byReason.set(reason, (byReason.get(reason) ?? 0) + 1)
  return [
    ...failed.map((name) => `failed: ${name}`),
    ...[...byReason].map(([reason, tests]) => `skipped: ${tests} (${reason})`),
    `${passed.length} passed, ${failed.length} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
  ]
}
