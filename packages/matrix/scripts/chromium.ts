import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { build, type Rollup } from 'vite'
import { chromiumFlags, chromiumPath } from '../../../scripts/chromium.ts'
import type { RunColumn } from './column.ts'

const origin = 'http://localhost'
// Shared memory, and with it threads in wasm, is for isolated pages only.
const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }

/** One backend in headless Chromium, in a process of its own. No server: what the page asks for is answered from here. */
export const runInChromium: RunColumn = async (backend, stock, references, onProgress) => {
  if (chromiumPath === undefined) throw new Error('No Chromium was found: set CHROMIUM_PATH.')
  const script = await bundled()
  const browser = await chromium.launch({ executablePath: chromiumPath, args: [...chromiumFlags] })
  try {
    const page = await browser.newPage()
    page.on('pageerror', (error) => onProgress(String(error)))
    await page.exposeFunction('showProgress', onProgress)
    await page.route(`${origin}/**`, async (route) => {
      const { pathname } = new URL(route.request().url())
      if (pathname === '/page.js')
        return await route.fulfill({ body: script, contentType: 'text/javascript', headers: isolated })
      if (pathname.startsWith('/wasm/')) {
        return await route.fulfill({
          body: await readFile(join(wasmFolder, basename(pathname))),
          contentType: 'application/wasm',
          headers: isolated,
        })
      }
      await route.fulfill({
        body: '<script type="module" src="/page.js"></script>',
        contentType: 'text/html',
        headers: isolated,
      })
    })
    await page.goto(origin)
    await page.waitForFunction(() => 'runMatrix' in globalThis)
    return await page.evaluate(([name, plain, expected]) => globalThis.runMatrix(name, plain, expected), [
      backend,
      stock,
      references,
    ] as const)
  } finally {
    await browser.close()
  }
}

const wasmFolder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))

let bundle: Promise<string> | undefined
const bundled = (): Promise<string> => {
  bundle ??= bundlePage()
  return bundle
}

async function bundlePage(): Promise<string> {
  const built = (await build({
    configFile: false,
    logLevel: 'warn',
    resolve: { conditions: ['source', 'module', 'browser', 'import', 'default'] },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      rollupOptions: { input: fileURLToPath(new URL('./page.ts', import.meta.url)) },
      modulePreload: false,
    },
  })) as Rollup.RollupOutput
  return built.output[0].code
}
