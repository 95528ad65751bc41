import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

it('describes a method in node:test, where a broken axiom fails and what does not apply is skipped', () => {
  const file = fileURLToPath(new URL('./fixtures/too-coarse.ts', import.meta.url))
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const args = ['--conditions=source', '--test', '--test-reporter=tap', file]
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8', env })
  expect(status).toBe(1)
  expect(stdout).toMatch(/# Subtest: too-coarse/)
  expect(stdout).toMatch(/not ok \d+ - adds up to the score at the input minus the score at the baseline/)
  expect(stdout).toMatch(/ok \d+ - refuses unknown options.* # SKIP the fixtures give no factory/)
  expect(stdout).toMatch(/ok \d+ - gives the same map however its rows are cut into chunks/)
}, 60_000)
