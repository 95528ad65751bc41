/**
 * What a page waits for: the pollen network in a worker, in headless Chromium, on wasm (one thread) or on the backend named.
 * Prints milliseconds, and the tasks of more than 50 ms on the page's own thread.
 *
 *   node --conditions=source scripts/grad-cam-in-a-page.ts [wasm | webgl]
 */
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { createServer } from 'vite'
import { chromiumFlags, chromiumPath } from '../../../scripts/chromium.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const backend = process.argv[2] ?? 'wasm'
const server = await createServer({
  root,
  configFile: false,
  logLevel: 'error',
  resolve: { conditions: ['source', 'module', 'import', 'default'] },
  server: { port: 0, hmr: false, watch: null },
})
await server.listen()
const browser = await chromium.launch({
  ...(chromiumPath ? { executablePath: chromiumPath } : {}),
  args: [...chromiumFlags],
})
try {
  const page = await browser.newPage()
  const address = server.resolvedUrls!.local[0]!
  await page.goto(`${address}packages/web/scripts/grad-cam-in-a-page/`)
  await page.waitForFunction('window.measure')
  console.log(await page.evaluate(`window.measure('${address}packages/studies/models/pollen/', '${backend}')`))
} finally {
  await browser.close()
  await server.close()
}
