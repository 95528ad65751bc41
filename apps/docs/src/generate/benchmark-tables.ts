import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './repository.ts'

/** The figures as `pnpm benchmark` wrote them, below this page's own introduction. */
export function benchmarkTables(): string {
  const text = readFileSync(join(root, 'benchmarks/RESULTS.md'), 'utf8')
  return text
    .slice(text.indexOf('\n## '))
    .replaceAll(/^### /gm, '## ')
    .replaceAll(/([≤≥]) /g, '$1\u00a0')
    .trim()
}
