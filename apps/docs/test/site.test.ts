/** The built site in a browser, served as a strict host would: what it asks for, what it needs no network for, who can use it. */
import { existsSync, globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import AxeBuilder from '@axe-core/playwright'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launch, watchedPage } from './support/browser.ts'
import { type SiteServer, serveSite } from './support/serve-site.ts'

const dist = process.env['ZZ_DIST'] ?? fileURLToPath(new URL('../dist', import.meta.url))
const reference = () => globSync('api/*/**/index.html', { cwd: dist }).sort()[0]?.replace('index.html', '') ?? 'api/'
const study = () => globSync('studies/*/index.html', { cwd: dist }).sort()[0]?.replace('index.html', '') ?? 'studies/'

/** One of each kind. */
const pages: readonly (readonly [kind: string, path: string])[] = [
  ['the start page', ''],
  ['a start guide', 'start/browser/'],
  ['a guide with tables', 'guides/choose-a-method/'],
  ['a package', 'packages/integrated-gradients/'],
  ['the pollen gallery', 'pollen/gallery/'],
  ['a study', study()],
  ['the demo', 'demo/'],
  ['the reference', reference()],
  ['the FAQ', 'faq/'],
  ['what is not there', 'no-such-page/'],
]

describe.skipIf(!chromiumPath)('the site in Chromium', () => {
  let server: SiteServer
  let browser: Browser

  beforeAll(async () => {
    if (!existsSync(dist)) throw new Error('There is no build of the site: run `pnpm build`.')
    server = await serveSite(dist)
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  it.each(pages)('asks no other host and breaks no rule of its policy: %s', async (_, path) => {
    const { page, context, complaints } = await watchedPage(browser, { serviceWorkers: 'block' })
    await page.goto(server.url + path, { waitUntil: 'networkidle' })
    expect(complaints).toEqual([])
    await context.close()
  })

  it.each(pages)('has nothing that axe complains of, light and dark, on a phone and a desktop: %s', async (_, path) => {
    const { page, context } = await watchedPage(browser, { serviceWorkers: 'block', bypassCSP: true })
    await page.goto(server.url + path, { waitUntil: 'networkidle' })
    for (const [colorScheme, width] of [
      ['light', 1280],
      ['dark', 390],
    ] as const) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(
        violations.map(({ id, nodes }) => `${colorScheme}: ${id} at ${nodes.map(({ target }) => target).join(', ')}`),
      ).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    }
    await context.close()
  })
})
