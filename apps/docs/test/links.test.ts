import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { Parser } from 'htmlparser2'
import { describe, expect, it } from 'vitest'

const dist = join(import.meta.dirname, '../dist')
/** Where the build was told that the site lies. */
const base = process.env['SITE_BASE'] ?? '/'

interface Page {
  /** Within the site, without its base: `guides/x/`. */
  readonly address: string
  readonly anchors: ReadonlySet<string>
  /** Everything that the page points at or loads. */
  readonly links: readonly string[]
}

function read(file: string): Page {
  const anchors = new Set<string>()
  const links: string[] = []
  const parser = new Parser({
    onopentag(name, attributes) {
      if (attributes['id']) anchors.add(attributes['id'])
      if (name === 'link' && /canonical|alternate/.test(attributes['rel'] ?? '')) return
      for (const key of ['href', 'src', 'poster']) {
        if (attributes[key]) links.push(attributes[key])
      }
      for (const candidate of attributes['srcset']?.split(',') ?? []) links.push(candidate.trim().split(/\s/)[0]!)
    },
  })
  parser.end(readFileSync(join(dist, file), 'utf8'))
  return { address: file.replace(/(^|\/)index\.html$/, '$1'), anchors, links }
}

const pages = new Map(
  globSync('**/*.html', { cwd: dist })
    .map((file) => read(file.replaceAll('\\', '/')))
    .map((page) => [page.address, page] as const),
)

/** Why a link leads nowhere; nothing if it leads somewhere, or off the site. */
function broken(page: Page, link: string): string | undefined {
  if (/^(https?:|mailto:|data:|blob:)/.test(link)) return undefined
  const { pathname, hash } = new URL(link, `http://site${posix.join('/', base, page.address)}`)
  const root = base.endsWith('/') ? base : `${base}/`
  if (!pathname.startsWith(root)) return 'lies outside the base'
  const address = decodeURIComponent(pathname.slice(root.length))
  const target = pages.get(address)
  if (target) {
    const anchor = decodeURIComponent(hash.slice(1))
    return anchor && !target.anchors.has(anchor) ? 'has no such anchor' : undefined
  }
  const file = join(dist, address)
  return existsSync(file) && statSync(file).isFile() ? undefined : 'is not there'
}

describe('the built site', () => {
  it('has pages', () => expect(pages.size).toBeGreaterThan(40))

  it.each([...pages.values()])('has no broken link or anchor: /$address', (page) => {
    const complaints = page.links.flatMap((link) => {
      const why = broken(page, link)
      return why ? [`${link} ${why}`] : []
    })
    expect([...new Set(complaints)]).toEqual([])
  })
})
