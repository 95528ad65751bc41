import { join } from 'node:path'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../../scripts/chromium.ts'
import { type Installation, packPackages, type Tarballs } from './installation.ts'
import { launchChromium, openPage, serveFolder } from './pages.ts'

let tarballs: Tarballs
let browser: Browser | undefined
beforeAll(async () => {
  tarballs = await packPackages()
  if (chromiumPath) browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await tarballs?.remove()
})

describe.each([
  { example: 'vite', served: 'dist' },
  { example: 'webpack', served: '.' },
])('the page that $example builds', ({ example, served }) => {
  let installed: Installation
  beforeAll(async () => {
    installed = await tarballs.installExample(example)
    const { code, stdout, stderr } = await installed.run('npm run build --silent')
    expect(code, stdout + stderr).toBe(0)
    expect(stdout + stderr).not.toMatch(/warning/i)
  })
  afterAll(() => installed?.remove())

  it.skipIf(!chromiumPath)('explains in a worker, on wasm, and asks nobody else (needs Chromium)', async () => {
    const { url, close } = await serveFolder(join(installed.folder, served))
    const { page, complaints, files } = await openPage(browser!, url)
    try {
      await page.waitForFunction(() => document.querySelector('p')!.textContent !== '').catch(() => {})
      expect(complaints).toEqual([])
      expect(await page.textContent('p')).toBe('class 1 on wasm')
      const colours = await page.evaluate(() => {
        const { data } = document.querySelector('canvas')!.getContext('2d')!.getImageData(0, 0, 8, 8)
        return Array.from({ length: 64 }, (_, i) => (data[i * 4 + 1]! < 100 ? '#' : '.')).join('')
      })
      expect(colours).toBe('....####'.repeat(4) + '........'.repeat(4))
      expect(files.filter((file) => file.endsWith('.wasm'))).toHaveLength(1)
    } finally {
      await page.close()
      close()
    }
  })
})
