import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, posix } from 'node:path'
import GithubSlugger from 'github-slugger'
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
    const texts = new Map(
      readdirSync(scratch)
        .filter((file) => file !== 'README.md')
        .map((file) => [basename(file, '.md'), readFileSync(join(scratch, file), 'utf8')]),
    )
    const anchors = new Map([...texts].map(([slug, text]) => [slug, headingAnchors(text)]))
    for (const [slug, text] of texts) {
      const entry = entries.find((one) => one.slug === slug)
      if (!entry) throw new Error(`a page for no entry point: ${slug}`)
      const matter = { title: entry.title, description: `The API of ${entry.title}.`, editUrl: false }
      writeFileSync(
        join(folder, `${slug}.md`),
        page({ ...matter, tableOfContents: { maxHeadingLevel: 3 } }, siteText(text, slug, anchors)),
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
      useHTMLAnchors: true,
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

const headingWithAnchor = /^<a id="([^"]+)"><\/a>\n\n(#+ .*)$/gm

/** The anchors that TypeDoc gives headings, with those that the site gives them, which numbers equal ones otherwise. */
function headingAnchors(markdown: string): Map<string, string> {
  const slugger = new GithubSlugger()
  const ids = new Map<string, string>()
  for (const [, before, heading] of markdown.matchAll(/(?:^<a id="([^"]+)"><\/a>\n\n)?^(#+ .*)$/gm)) {
    const text = heading!.replace(/^#+ /, '').replaceAll(/[\\`]/g, '')
    const id = slugger.slug(text)
    if (before) ids.set(before, id)
  }
  return ids
}

/** A page with its links as the site has them, without the anchors that its headings have anyway. */
function siteText(markdown: string, own: string, anchors: ReadonlyMap<string, ReadonlyMap<string, string>>): string {
  return markdown
    .replaceAll(headingWithAnchor, '$2')
    .replaceAll(
      /\]\((?:([\w.-]+)\.md)?(?:#([^)]+))?\)/g,
      (link, slug: string | undefined, anchor: string | undefined) => {
        if (!slug && !anchor) return link
        const id = anchor && (anchors.get(slug ?? own)?.get(anchor) ?? anchor)
        return `](${slug ? `/api/${slug}/` : ''}${id ? `#${id}` : ''})`
      },
    )
}
