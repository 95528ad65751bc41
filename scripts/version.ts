// `pnpm run version-packages`: takes up the changesets, and lets the examples ask for the version that comes of it.
import { execSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.ts'

execSync('changeset version', { cwd: root, stdio: 'inherit' })
// Read anew: the packages' versions have changed on disk.
const { version } = JSON.parse(readFileSync(join(root, 'packages/core/package.json'), 'utf8')) as { version: string }
for (const file of globSync('examples/*/package.json', { cwd: root })) {
  const path = join(root, file)
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replaceAll(/("(?:@explainnet\/[a-z-]+|explainnet)": ")[^"]*/g, `$1^${version}`))
}
execSync('pnpm install --lockfile-only', { cwd: root, stdio: 'inherit' })
