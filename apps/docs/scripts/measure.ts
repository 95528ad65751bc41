// `pnpm --filter @explainnet/docs measure`: how heavy and how fast the built site is, on this machine, in headless Chromium without a GPU.
// Writes results/measurements.json and .md. Lighthouse is fetched by npx; where it cannot be had, its rows are left out.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ExplainNetElement } from '@explainnet/web/element'
import type { Page } from 'playwright'
import { chromiumFlags, chromiumPath, launch, watchedPage } from '../test/support/browser.ts'
import { serveSite } from '../test/support/serve-site.ts'

interface Row {
  readonly what: string
  readonly value: number
  readonly unit: string
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const times = 5
const quick = 'backend=wasm&a=grad-cam&b=saliency'

const server = await serveSite(here('../dist'))
const browser = await launch()
const rows: Row[] = []
const note = (what: string, value: number, unit: string) => {
  rows.push({ what, value, unit })
  console.log(`${what}: ${value} ${unit}`)
}
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!

/** A browser that has never been here; when its first map was there, after the navigation began. */
async function firstMap(
  path: string,
  waitFor: (page: Page) => Promise<number>,
  inspect?: (page: Page) => Promise<void>,
) {
  const { page, context } = await watchedPage(browser, { serviceWorkers: 'block' })
  await context.addInitScript(() => {
    const state = { longTasks: [] as number[], firstMap: 0 }
    Object.assign(globalThis, { measured: state })
    new PerformanceObserver((list) => {
      state.longTasks.push(...list.getEntries().map(({ duration }) => duration))
    }).observe({ type: 'longtask', buffered: true })
    document.addEventListener('explain-done', () => {
      state.firstMap ||= performance.now()
    })
  })
  await page.goto(server.url + path)
  const took = await waitFor(page)
  await inspect?.(page)
  await context.close()
  return took
}

const onStart = async (page: Page) => {
  await page.waitForSelector('#live[data-live]')
  return await page.evaluate(() => performance.now())
}
type Measured = { measured: { longTasks: number[]; firstMap: number } }
const onDemo = async (page: Page) => {
  await page.locator('#demo-status', { hasText: /^Done/ }).waitFor()
  return await page.evaluate(() => (globalThis as unknown as Measured).measured.firstMap)
}
const longTasks = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as Measured).measured.longTasks.map((one) => Math.round(one)))

const weigh = (without: RegExp) =>
  [...server.takeSent()].reduce((sum, [path, bytes]) => (without.test(path) ? sum : sum + bytes), 0)

server.takeSent()
await firstMap('', onStart)
note('start page up to the first map, brotli 5, without weights', Math.round(weigh(/\/models\//) / 1000), 'kB')
await firstMap(`demo/#${quick}`, onDemo)
note('demo up to the first maps, brotli 5, without weights', Math.round(weigh(/\/models\//) / 1000), 'kB')

for (const [name, path, wait] of [
  ['start page', '', onStart],
  ['demo', `demo/#${quick}`, onDemo],
] as const) {
  const took: number[] = []
  for (let i = 0; i < times; i++) took.push(await firstMap(path, wait))
  note(`${name}: first map after a cold load, median of ${times}`, Math.round(median(took)), 'ms')
}

await firstMap(`demo/#model=pollen&${quick}`, onDemo, async (page) => {
  const took = await page.evaluate(async () => {
    const element = document.querySelector<ExplainNetElement>('explain-net')!
    const all: { page: number; worker: number }[] = []
    for (let i = 0; i < 20; i++) {
      const start = performance.now()
      const { certificate } = await element.run()
      all.push({ page: performance.now() - start, worker: certificate.cost.milliseconds })
    }
    return all.slice(5)
  })
  note(
    'Grad-CAM of the pollen network, warm, wasm, in the worker, median of 15',
    Math.round(median(took.map(({ worker }) => worker))),
    'ms',
  )
  note('the same from the call in the page to the map', Math.round(median(took.map(({ page }) => page))), 'ms')
})

await firstMap(`demo/#${quick}`, onDemo, async (page) => {
  await page.locator('explain-net').nth(1).getByRole('combobox', { name: 'Method' }).selectOption('smooth-grad')
  await page.locator('#demo-status', { hasText: /^Done/ }).waitFor()
  await page.waitForTimeout(3000)
  const tasks = await longTasks(page)
  note('demo: tasks over 50 ms in the page while it loads and explains', tasks.length, '')
  note('demo: the longest of them', Math.max(0, ...tasks), 'ms')
})
await browser.close()

for (const path of ['', 'guides/choose-a-method/', 'demo/']) await lighthouse(path)
await server.close()

const machine = `${cpus().length} × ${cpus()[0]!.model.trim()}, Chromium headless without a GPU`
await mkdir(here('../results'), { recursive: true })
await writeFile(
  here('../results/measurements.json'),
  `${JSON.stringify({ machine, date: new Date().toISOString().slice(0, 10), rows }, null, 2)}\n`,
)
const table = rows.map(({ what, value, unit }) => `| ${what} | ${value}${unit && ` ${unit}`} |`)
await writeFile(
  here('../results/measurements.md'),
  `# Measurements of the site\n\n\`pnpm --filter @explainnet/docs measure\` on ${machine}.\n\n| what | value |\n| --- | --- |\n${table.join('\n')}\n`,
)

/** Its own preset for desktops, driving the system's Chromium; medians. */
async function lighthouse(path: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lighthouse-'))
  const out = join(folder, 'report.json')
  const flags = [
    ...['--preset=desktop', '--quiet', '--output=json', `--output-path=${out}`],
    '--only-categories=performance,accessibility,best-practices',
    `--chrome-flags=--headless=new ${chromiumFlags.join(' ')}`,
  ]
  const scores = new Map<string, number[]>()
  try {
    for (let i = 0; i < times; i++) {
      await promisify(execFile)('npx', ['-y', 'lighthouse@13', server.url + path, ...flags], {
        env: { ...process.env, CHROME_PATH: chromiumPath },
      })
      const { categories } = JSON.parse(await readFile(out, 'utf8')) as {
        categories: Record<string, { title: string; score: number }>
      }
      for (const { title, score } of Object.values(categories))
        scores.set(title, [...(scores.get(title) ?? []), Math.round(score * 100)])
    }
    for (const [title, all] of scores) note(`Lighthouse, /${path}: ${title}, median of ${times}`, median(all), 'of 100')
  } catch (error) {
    console.warn(`Lighthouse did not measure /${path}: ${error instanceof Error ? error.message : error}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
