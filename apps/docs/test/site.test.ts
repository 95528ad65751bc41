/** The built site in a browser, served as a strict host would: what it asks for, what it needs no network for, who can use it. */
import { execFile } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { chromiumPath, launch, watchedPage } from './support/browser.ts'
import { type SiteServer, serveSite } from './support/serve-site.ts'

const dist = fileURLToPath(new URL('../dist', import.meta.url))
const reference = () => globSync('api/*/**/index.html', { cwd: dist }).sort()[0]?.replace('index.html', '') ?? 'api/'
const study = () => globSync('studies/*/index.html', { cwd: dist }).sort()[0]?.replace('index.html', '') ?? 'studies/'

/** One of each kind. */
const pages: readonly (readonly [kind: string, path: string])[] = [
  ['the start page', ''],
  ['a start guide', 'start/browser/'],
  ['a guide with tables', 'guides/choose-a-method/'],
  ['a package', 'packages/integrated-gradients/'],
  ['the pollen gallery', 'pollen/techniques/'],
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

  it.each(pages)('asks no other host, breaks no rule of its policy, and axe has no complaint: %s', async (_, path) => {
    const { page, context, complaints } = await watchedPage(browser, { serviceWorkers: 'block' })
    await page.goto(server.url + path, { waitUntil: 'networkidle' })
    for (const [colorScheme, width] of [
      ['light', 1280],
      ['dark', 390],
    ] as const) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const { violations } = await new AxeBuilder({ page }).analyze()
      const found = violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target).join(', ')}`)
      expect(found, `${colorScheme}, ${width} pixels wide`).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth), 'nothing sticks out').toBe(width)
    }
    expect(complaints).toEqual([])
    await context.close()
  })

  it('under a sub-path, too, it needs no network after the first visit: start page and demo load again and explain', async () => {
    const out = await mkdtemp(join(tmpdir(), 'site-'))
    onTestFinished(() => rm(out, { recursive: true }))
    await buildUnder('/some/where/', out)
    const ours = await serveSite(out, '/some/where/')
    const { page, context, complaints } = await watchedPage(browser)
    await page.goto(ours.url)
    await page.evaluate(() => navigator.serviceWorker.ready)
    await ours.close()
    for (const path of ['', 'demo/#backend=wasm&a=grad-cam&b=saliency']) {
      await page.goto(ours.url + path)
      await page.reload()
      await explained(page)
    }
    await expect(page.goto(`${ours.url}never/seen/`)).rejects.toThrow('ERR_FAILED')
    expect(complaints).toEqual([])
    await context.close()
  }, 240_000)
})

const buildUnder = (base: string, out: string) =>
  promisify(execFile)(
    process.execPath,
    ['--conditions=source', 'node_modules/astro/bin/astro.mjs', 'build', '--outDir', out],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      // Nothing of the test runner's: its DEV, PROD and BASE_URL would become the site's.
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], SITE_BASE: base, ASTRO_TELEMETRY_DISABLED: '1' },
    },
  )

/** Waits for a map of the start page or of both panels of the demo. */
const explained = (page: Page) =>
  page.waitForFunction(
    () =>
      document.querySelector<HTMLElement>('#live')?.dataset['live'] !== undefined ||
      document.querySelector('#demo-status')?.textContent?.startsWith('Done'),
  )
