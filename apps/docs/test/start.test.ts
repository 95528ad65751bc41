/** The start page in Chromium: the live grain, its certificate, and what is there before and without the script. */
import { existsSync } from 'node:fs'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launch, watchedPage } from './support/browser.ts'
import { type SiteServer, serveSite } from './support/serve-site.ts'
import { committed, dist } from './support/shown-page.ts'

const { sha256 } = committed('packages/studies/results/pollen-sim.json').model

describe.skipIf(!chromiumPath)('the start page', () => {
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

  const live = (page: Page, method: string) => page.waitForSelector(`#live[data-live="${method}"]:not([aria-busy])`)
  const field = (page: Page, name: string) => page.locator(`[data-field="${name}"]`)

  it('explains a grain by itself, first by Grad-CAM, then by integrated gradients, and says what it did', async () => {
    const { page, context, complaints } = await watchedPage(browser, { serviceWorkers: 'block' })
    const errors: string[] = []
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    server.takeSent()
    await page.goto(server.url)
    await live(page, 'grad-cam')
    const cam = JSON.parse((await field(page, 'json').textContent())!)
    expect(cam).toMatchObject({ method: { name: 'grad-cam' }, model: { sha256 }, backend: { name: 'wasm' } })
    expect(await field(page, 'answer').textContent()).toMatch(/^saccate, p = 0\.\d\d; planted: saccate$/)

    await live(page, 'integrated-gradients')
    const path = JSON.parse((await field(page, 'json').textContent())!)
    expect(path.method.name).toBe('integrated-gradients')
    expect(Math.abs(path.evidence.completeness.relative[0])).toBeLessThan(0.05)
    expect(await field(page, 'evidence').textContent()).toContain('evaluations')
    expect(await page.locator('canvas.map').isVisible()).toBe(true)

    const sent = [...server.takeSent()].filter(([path]) => !path.endsWith('.bin'))
    expect(sent.some(([path]) => path.endsWith('.wasm'))).toBe(true)
    expect(sent.reduce((sum, [, bytes]) => sum + bytes, 0)).toBeLessThan(1_000_000)

    await page.click('#live button')
    await page.waitForFunction(() =>
      /planted: echinate$/.test(document.querySelector('[data-field="answer"]')!.textContent),
    )
    await page.check('#live input[value="occlusion"]')
    await live(page, 'occlusion')
    expect(complaints).toEqual([])
    expect(errors).toEqual([])
    await context.close()
  })

  it('shifts nothing while it comes alive', async () => {
    const { page, context } = await watchedPage(browser, { serviceWorkers: 'block' })
    await page.goto(server.url)
    await live(page, 'grad-cam')
    const shifted = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const sum = (list: PerformanceObserverEntryList) =>
            list.getEntries().reduce((total, entry) => total + (entry as unknown as { value: number }).value, 0)
          new PerformanceObserver((list) => resolve(sum(list))).observe({ type: 'layout-shift', buffered: true })
          setTimeout(() => resolve(0), 300)
        }),
    )
    expect(shifted).toBeLessThan(0.02)
    await context.close()
  })

  it('stays with Grad-CAM where motion is unwanted', async () => {
    const { page, context } = await watchedPage(browser, { serviceWorkers: 'block', reducedMotion: 'reduce' })
    await page.goto(server.url)
    await live(page, 'grad-cam')
    await page.waitForTimeout(2000)
    expect(await page.getAttribute('#live', 'data-live')).toBe('grad-cam')
    await context.close()
  })

  it('shows a map without a script, and says that the build made it', async () => {
    const { page, context } = await watchedPage(browser, { javaScriptEnabled: false })
    await page.goto(server.url)
    const over = page.locator('#live img.over')
    expect(await over.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth)).toBe(128)
    expect(await page.locator('#live .status').textContent()).toContain('computed when this site was built')
    expect(await page.locator('#live button').isVisible()).toBe(false)
    await context.close()
  })
})
