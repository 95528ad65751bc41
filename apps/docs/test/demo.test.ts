/** The demo, driven as a reader would. */
import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { fromJSON } from '@explainnet/core'
import { encodePng } from '@explainnet/viz'
import type { ExplainNetElement } from '@explainnet/web/element'
import type { Browser, Locator, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launch, type WatchedPage, watchedPage } from './support/browser.ts'
import { type SiteServer, serveSite } from './support/serve-site.ts'

const dist = fileURLToPath(new URL('../dist', import.meta.url))
const models = fileURLToPath(new URL('../../../packages/studies/models', import.meta.url))
/** Quick methods; the backend that is the same everywhere. */
const settings = 'backend=wasm&a=grad-cam&b=smooth-grad&b.samples=4'

describe.skipIf(!chromiumPath)('the demo', () => {
  let server: SiteServer
  let browser: Browser
  let watched: WatchedPage
  let page: Page
  let first: string[]

  /** Every run's end is noted in the page. */
  const open = async (
    hash = settings,
    from = browser,
    permissions: string[] = ['clipboard-read', 'clipboard-write'],
  ) => {
    const opened = await watchedPage(from, { serviceWorkers: 'block', permissions, acceptDownloads: true })
    await opened.context.addInitScript(() => {
      const runs: string[] = []
      Object.assign(globalThis, { runs })
      document.addEventListener('explain-done', ({ target }) =>
        runs.push((target as ExplainNetElement).attribution!.certificate.method.name),
      )
    })
    await opened.page.goto(`${server.url}demo/#${hash}`)
    return opened
  }
  const runs = (of = page) => of.evaluate(() => (globalThis as unknown as { runs: string[] }).runs.splice(0))
  /** Waits until so many runs have ended since the last look. */
  const ended = async (count: number, of = page) => {
    await of.waitForFunction((n) => (globalThis as unknown as { runs: string[] }).runs.length >= n, count, {
      timeout: 60_000,
    })
    return await runs(of)
  }
  const panel = (index: 0 | 1, of = page): Locator => of.locator('.panels section').nth(index)
  const element = (index: 0 | 1) => panel(index).locator('explain-net')
  const said = (text: string | RegExp, of = page) => of.locator('#demo-status').filter({ hasText: text }).waitFor()

  beforeAll(async () => {
    if (!existsSync(dist)) throw new Error('There is no build of the site: run `pnpm build`.')
    server = await serveSite(dist)
    browser = await launch()
    watched = await open()
    page = watched.page
    first = await ended(2)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  it('explains a rendered grain by two methods, and tells how much of each map lies on the trait', async () => {
    expect(first.sort()).toEqual(['grad-cam', 'smooth-grad'])
    for (const index of [0, 1] as const) {
      await panel(index)
        .getByText(/\d+ % of the positive relevance lies on the planted trait. To compare: random \d+ %/)
        .waitFor()
    }
    expect(
      await element(0).evaluate((node) => (node as HTMLElement & { outline: unknown }).outline !== undefined),
    ).toBe(true)
    await said(/^Done, on wasm/)
  })

  it('another grain, or another network, is explained by both methods', async () => {
    await page.getByText('saccate', { exact: true }).first().click()
    expect(await ended(2)).toHaveLength(2)
    expect(page.url()).toContain('picture=8')
    await page.getByRole('combobox', { name: 'Network' }).selectOption('pollen')
    expect(await ended(2)).toHaveLength(2)
    await page.getByText('learnt from photographs').waitFor()
    await page.getByRole('combobox', { name: 'Network' }).selectOption('pollen-sim')
    expect(await ended(2)).toHaveLength(2)
  })

  it('a slider that is moved refines the map; the runs that it overtakes are not finished', async () => {
    await runs()
    const samples = panel(1).getByRole('slider', { name: 'Samples' })
    for (const value of [60, 90, 120, 3]) {
      await samples.fill(String(value))
      await page.waitForTimeout(200)
    }
    await ended(1)
    expect(await optionsOf(element(1))).toMatchObject({ samples: 3 })
    await page.waitForTimeout(500)
    expect(await runs()).toEqual([])
    expect(page.url()).toContain('b.samples=3')
  })

  it('a long run can be cancelled, and the panel goes on', async () => {
    await panel(0).getByLabel('Method').selectOption('rise')
    await panel(0).getByRole('button', { name: 'Cancel' }).click()
    await panel(0)
      .getByText(/cancelled/i)
      .first()
      .waitFor()
    expect(await runs()).toEqual([])
    await panel(0).getByLabel('Method').selectOption('saliency')
    expect(await ended(1)).toEqual(['saliency'])
  })

  it('both panels have one target, one way of showing and one crosshair', async () => {
    await panel(0).getByRole('combobox', { name: 'Explain' }).selectOption({ value: '4' })
    await ended(2)
    expect(await targetOf(element(1))).toBe(await targetOf(element(0)))
    await panel(1).getByText('Map', { exact: true }).click()
    expect(await element(0).evaluate((node) => (node as HTMLElement & { view: string }).view)).toBe('map')
    await panel(0)
      .getByRole('application')
      .hover({ position: { x: 40, y: 60 } })
    const [one, other] = await Promise.all([probeOf(element(0)), probeOf(element(1))])
    expect(other).toEqual(one)
    expect(other).toBeDefined()
  })

  it('its address brings the same settings to another page', async () => {
    await page.getByRole('button', { name: 'Copy a link' }).click()
    await said('The link is copied.')
    const link = await page.evaluate(() => navigator.clipboard.readText())
    const { page: other, context } = await open(new URL(link).hash.slice(1))
    expect((await ended(2, other)).sort()).toEqual(['saliency', 'smooth-grad'])
    expect(new URL(other.url()).hash).toBe(new URL(link).hash)
    await context.close()
  })

  it('saves a report of both maps as a page, and the numbers as core reads them', async () => {
    const html = await saved('Save the report')
    expect(html).toContain('saliency')
    expect(html).toContain('smooth-grad')
    expect(html).not.toContain('NaN')
    const attributions = (JSON.parse(await saved('Save the numbers')) as unknown[]).map((one) =>
      fromJSON(JSON.stringify(one)),
    )
    expect(attributions).toHaveLength(2)
  })

  it('takes a picture of the reader by file, drop or paste, and a file of any name that is none is refused in words', async () => {
    const png = Buffer.from(
      encodePng({ width: 300, height: 200, channels: 3, data: new Uint8Array(300 * 200 * 3).map((_, i) => i) }),
    )
    await page.locator('#demo-file').setInputFiles({ name: 'mine.png', mimeType: 'image/png', buffer: png })
    await ended(2)
    expect(page.url()).not.toContain('picture=8')
    for (const kind of ['drop', 'paste'] as const) {
      await give(kind, png)
      await ended(2)
    }
    const name = '<img src=x onerror=alert(1)>.png'
    await page.locator('#demo-file').setInputFiles({ name, mimeType: 'image/png', buffer: Buffer.from('no picture') })
    await said(`‘${name}’ is not a picture`)
    expect(await page.locator('#demo-status img').count()).toBe(0)
  })

  it('a model that is not there or is none is told, and the page goes on', async () => {
    await page.getByText('A network of your own').click()
    await page.locator('#demo-model-url').fill(`${server.url}models/nothing/model.json`)
    await page.getByRole('button', { name: 'Load', exact: true }).click()
    await said(/404|not there|not found/i)
    await page
      .locator('#demo-model-files')
      .setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') })
    await page.locator('#demo-status[data-failed]').waitFor()
    await page.locator('.grains label').first().click()
    expect(await ended(2)).toHaveLength(2)
  })

  it('explains a network of the reader from its files', async () => {
    const folder = `${models}/pollen-shortcut/control`
    const files = readdirSync(folder).filter((name) => /\.(json|bin)$/.test(name))
    await page.locator('#demo-model-files').setInputFiles(files.map((name) => `${folder}/${name}`))
    await ended(2)
    expect(await page.locator('#demo-network').inputValue()).toBe('')
  })

  it('asked no other host, broke no rule of its policy and threw nothing in all that', () => {
    expect(watched.complaints).toEqual([])
  })

  it('says why there is no camera', async () => {
    await page.getByRole('button', { name: 'Camera' }).click()
    await page
      .locator('#demo-status[data-failed]')
      .filter({ hasText: /camera/i })
      .waitFor()
  })

  it('freezes a frame of the camera; computes on another backend where WebGL is not to be had', async () => {
    const other = await launch([
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--disable-gpu',
      '--disable-software-rasterizer',
      '--use-gl=disabled',
    ])
    const opened = await open(settings.replace('wasm', 'webgl'), other, ['camera'])
    await ended(2, opened.page)
    await said(/Done, on wasm.*WebGL/i, opened.page)
    await opened.page.getByRole('button', { name: 'Camera' }).click()
    await opened.page.getByRole('button', { name: 'Take this picture' }).click()
    await ended(2, opened.page)
    expect(await opened.page.locator('.grains :checked').count()).toBe(0)
    await other.close()
  })

  const optionsOf = (of: Locator) => of.evaluate((node) => (node as HTMLElement & { options: object }).options)
  const targetOf = (of: Locator) => of.evaluate((node) => (node as HTMLElement & { target: unknown }).target)
  const probeOf = (of: Locator) => of.evaluate((node) => (node as HTMLElement & { probe: unknown }).probe)

  async function saved(button: string): Promise<string> {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button }).click(),
    ])
    return await readFile(await download.path(), 'utf8')
  }

  async function give(kind: 'drop' | 'paste', png: Buffer): Promise<void> {
    await page.evaluate(
      ([kind, base64]) => {
        const bytes = Uint8Array.from(atob(base64!), (letter) => letter.charCodeAt(0))
        const data = new DataTransfer()
        data.items.add(new File([bytes], 'given.png', { type: 'image/png' }))
        const how = { bubbles: true, cancelable: true }
        document
          .querySelector('#demo')!
          .dispatchEvent(
            kind === 'drop'
              ? new DragEvent('drop', { ...how, dataTransfer: data })
              : new ClipboardEvent('paste', { ...how, clipboardData: data }),
          )
      },
      [kind, png.toString('base64')] as const,
    )
  }
})
