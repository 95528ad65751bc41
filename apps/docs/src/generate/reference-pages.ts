import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, posix } from 'node:path'
import { Application, Converter, type ProjectReflection } from 'typedoc'
import { page } from './markdown.ts'
import { pages, publishedPackages, root, slugOf } from './repository.ts'

/** An entry point of a published package. */
interface Entry {
  readonly title: string
  /** The page's address below /api/. */
  readonly slug: string
  /** Its source, from the repository's root. */
  readonly source: string
}

const umbrella = 'packages/explainnet'

/** The umbrella's last: what several entry points export is described where it comes first. */
const entries: readonly Entry[] = [
  ...publishedPackages.filter(({ folder }) => folder !== umbrella),
  ...publishedPackages.filter(({ folder }) => folder === umbrella),
].flatMap((one) =>
  Object.entries(one.manifest.exports ?? {}).flatMap(([entry, target]) =>
    typeof target === 'string' || !target['source']
      ? []
      : [
          {
            title: posix.join(one.manifest.name, entry),
            slug: posix.join(slugOf(one), entry).replaceAll('/', '-'),
            source: posix.join(one.folder, target['source']),
          },
        ],
  ),
)

/** Writes a page for each entry point of the published packages, of its types and their comments. */
export async function writeReferencePages(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'explainnet-reference-'))
  try {
    await convert(scratch)
    const folder = join(pages, 'api')
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const written = readdirSync(scratch).filter((file) => file !== 'README.md')
    for (const file of written) {
      const slug = basename(file, '.md')
      const entry = entries.find((one) => one.slug === slug)
      if (!entry) throw new Error(`a page for no entry point: ${file}`)
      const matter = { title: entry.title, description: `The API of ${entry.title}.`, editUrl: false }
      writeFileSync(
        join(folder, file),
        page(
          { ...matter, tableOfContents: { maxHeadingLevel: 3 } },
          siteText(readFileSync(join(scratch, file), 'utf8')),
        ),
      )
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function convert(out: string): Promise<void> {
  const app = await Application.bootstrapWithPlugins({
    entryPoints: entries.map(({ source }) => join(root, source)),
    tsconfig: join(root, 'tsconfig.json'),
    basePath: root,
    plugin: ['typedoc-plugin-markdown'],
    outputs: [{ name: 'markdown', path: out }],
    name: 'ExplainNet',
    readme: 'none',
    skipErrorChecking: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    disableSources: true,
    disableGit: true,
    gitRevision: 'main',
    groupOrder: ['Functions', 'Classes', 'Variables', 'Interfaces', 'Type Aliases'],
    sort: ['alphabetical'],
    logLevel: 'Error',
    validation: false,
    ...({
      router: 'module',
      outputFileStrategy: 'modules',
      hidePageHeader: true,
      hideBreadcrumbs: true,
      hidePageTitle: true,
      useCodeBlocks: true,
      expandObjects: false,
      parametersFormat: 'table',
      interfacePropertiesFormat: 'table',
      typeAliasPropertiesFormat: 'table',
      propertyMembersFormat: 'table',
      enumMembersFormat: 'table',
      tableColumnSettings: { hideModifiers: true, hideInherited: true, hideOverrides: true, hideSources: true },
    } as object),
  })
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }: { project: ProjectReflection }) => {
    for (const module of project.children ?? []) {
      const entry = entries.find(
        ({ source }) => source.replace(/(\/index)?\.ts$/, '') === module.name.replace(/\/index$/, ''),
      )
      if (!entry) throw new Error(`a module of no entry point: ${module.name}`)
      module.name = entry.slug
    }
  })
  const project = await app.convert()
  if (!project) throw new Error('the types could not be read')
  await app.generateOutputs(project)
}

/** Links between the pages as the site has them. */
const siteText = (markdown: string): string =>
  markdown.replaceAll(/\]\(([\w.-]+)\.md(#[^)]*)?\)/g, (_, slug: string, anchor = '') => `](/api/${slug}/${anchor})`)
