// `pnpm run version-packages`: takes up the changesets, writes the version that comes of it into the core, and lets the examples ask for it.
import { execSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.ts'

execSync('changeset version', { cwd: root, stdio: 'inherit' })
// Read anew: the packages' versions have changed on disk.
const { version } = JSON.parse(readFileSync(join(root, 'packages/core/package.json'), 'utf8')) as { version: string }
rewrite('packages/core/src/version.ts', /'[^']*'/, `'${version}'`)
for (const file of globSync('examples/*/package.json', { cwd: root })) {
  rewrite(file, /("(?:@explainnet\/[a-z-]+|explainnet)": ")[^"]*/g, `$1^${version}`)
}
execSync('pnpm install --lockfile-only', { cwd: root, stdio: 'inherit' })

function rewrite(file: string, pattern: RegExp, by: string): void {
  const path = join(root, file)
  writeFileSync(path, readFileSync(path, 'utf8').replace(pattern, by))
}
