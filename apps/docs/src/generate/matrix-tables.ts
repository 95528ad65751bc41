import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './repository.ts'

/** The matrix as `pnpm matrix` wrote it, below this page's own heading. */
export function matrixTables(): string {
  const text = readFileSync(join(root, 'packages/matrix/results/matrix.md'), 'utf8')
  return text
    .replace(/^# .*\n/, '')
    .replaceAll(/^## /gm, '### ')
    .trim()
}
