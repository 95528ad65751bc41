// `pnpm test`: every test that this machine can run, then the static gates, each counted as one test, then the tests of what
// was built: the site and the examples.
// `pnpm test <part of a path>…`: only the test files whose path contains it, without the gates; those of what was built want
// `pnpm build` first.
import { globSync } from 'node:fs'
import { startVitest, type Vitest } from 'vitest/node'
import { chromiumPath } from './chromium.ts'
import { runGates } from './gates.ts'
import { closingLines, type Outcome, outcomeOf, required } from './test-outcome.ts'
import { root } from './workspace.ts'

const filters = process.argv.slice(2)

let outcome: Outcome
if (filters.length > 0) {
  outcome = await runTests('*')
} else {
  outcome = await runTests('!built')
  console.log('\nStatic gates')
  const gates = await runGates()
  const built = await runTests('built')
  outcome = {
    passed: [...outcome.passed, ...gates.filter(({ ok }) => ok).map(({ name }) => name), ...built.passed],
    failed: [...outcome.failed, ...gates.filter(({ ok }) => !ok).map(({ name }) => name), ...built.failed],
    skipped: [...outcome.skipped, ...built.skipped],
  }
}
if (process.env['EXPLAINNET_REQUIRE']) outcome = required(outcome)
console.log(`\n${closingLines(outcome).join('\n')}`)
process.exitCode = outcome.failed.length > 0 || outcome.passed.length === 0 ? 1 : 0

async function runTests(project: string): Promise<Outcome> {
  const vitest = await startVitest(filters, { root, project, watch: false, run: true })
  const outcome = outcomeOf(vitest.state.getTestModules())
  for (const error of vitest.state.getUnhandledErrors()) {
    outcome.failed.push(`an error outside every test: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (!chromiumPath && project !== 'built') {
    for (const name of await browserTestNames(vitest)) outcome.skipped.push({ name, reason: 'needs Chromium' })
  }
  await vitest.close()
  return outcome
}

/** The tests that wait for a browser, read from their files without running them. */
async function browserTestNames(vitest: Vitest): Promise<string[]> {
  const files = globSync('packages/**/*.browser.test.ts', {
    cwd: root,
    exclude: (path) => path.endsWith('node_modules'),
  }).filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
  const project = vitest.projects[0]!
  const modules = await vitest.parseSpecifications(files.map((file) => project.createSpecification(`${root}/${file}`)))
  return modules.flatMap((module) =>
    [...module.children.allTests()].map((test) => `${module.relativeModuleId} > ${test.fullName}`),
  )
}
