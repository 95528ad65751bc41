import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { page, table } from './markdown.ts'
import { optionTables } from './option-tables.ts'
import { pages, publishedPackages, root, slugOf, sourceAddress, type WorkspacePackage } from './repository.ts'
import { siteLinks, sitePictures } from './repository-links.ts'

/** Writes a page for each published package, of its README, its package.json and what its methods say of themselves. */
export async function writePackagePages(): Promise<void> {
  rmSync(join(pages, 'packages'), { recursive: true, force: true })
  for (const [order, one] of sorted().entries()) {
    const { body } = readMarkdown(`${one.folder}/README.md`)
    const parts = [card(one), body, optionTables(one.manifest.name)]
    write(
      `packages/${slugOf(one)}.md`,
      { title: one.manifest.name, description: one.manifest.description, order },
      parts.join('\n\n'),
    )
  }
  writeDocument('packages/core/SPEC.md', 'concepts/contract.md', {
    description: 'What a model, a method and a task promise each other.',
    order: 90,
  })
  writeDocument('packages/compare/PROTOCOL.md', 'guides/protocol.md', {
    description: 'What to do, in which order, before a map is shown to anyone.',
    order: 20,
  })
}

/** The umbrella and core first, then the methods, then the rest, each in the order of their names. */
function sorted(): WorkspacePackage[] {
  const rank = ({ folder }: WorkspacePackage) =>
    ['packages/explainnet', 'packages/core'].indexOf(folder) + 1 || (folder.startsWith('packages/methods/') ? 3 : 4)
  return [...publishedPackages].sort((a, b) => rank(a) - rank(b) || (slugOf(a) < slugOf(b) ? -1 : 1))
}

function card({ folder, manifest }: WorkspacePackage): string {
  const dependencies = Object.keys((manifest as { dependencies?: object }).dependencies ?? {})
  const entries = Object.keys(manifest.exports ?? {}).filter((entry) => entry !== './package.json')
  const slug = manifest.name.replace('@explainnet/', '')
  return table(
    ['version', 'entry points', 'brings', ''],
    [
      [
        manifest.version,
        entries.map((entry) => `\`${posix.join(manifest.name, entry)}\``).join(', '),
        dependencies.length > 6
          ? `${dependencies.length} packages`
          : dependencies.map((name) => `\`${name}\``).join(', ') || '–',
        `[API](/api/${slug}/) · [source](${sourceAddress(folder).replace('/blob/', '/tree/')})`,
      ],
    ],
  )
}

function writeDocument(source: string, target: string, matter: { description: string; order: number }): void {
  const { title, body } = readMarkdown(source)
  write(target, { title, ...matter }, body)
}

/** A file of the repository: its first heading, and what follows with links and pictures as the site has them. */
function readMarkdown(path: string): { title: string; body: string } {
  const text = readFileSync(join(root, path), 'utf8')
  const folder = posix.dirname(path)
  const up = posix.relative(posix.join('apps/docs/src/content/docs/packages'), '.')
  const [heading = ''] = text.match(/^# .*$/m) ?? []
  const body = siteLinks(sitePictures(text.replace(heading, ''), folder, up), folder)
  return { title: heading.replace(/^# /, '').replaceAll('`', ''), body }
}

function write(path: string, { order, ...matter }: { order: number; [key: string]: unknown }, text: string): void {
  const file = join(pages, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, page({ ...matter, sidebar: { order }, editUrl: false }, text))
}
