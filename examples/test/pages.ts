import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright'
import { chromiumFlags, chromiumPath } from '../../scripts/chromium.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

/** Serves a folder on this machine alone, with no header beyond the type. */
export async function serveFolder(folder: string): Promise<{ readonly url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost')
    const path = normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname)
    try {
      const body = await readFile(join(folder, path))
      response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() }
}

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath!, args: [...chromiumFlags] })

/** A page with what a user would complain about: errors, failed requests, and requests to elsewhere. */
export async function openPage(
  browser: Browser,
  url: string,
): Promise<{ page: Page; complaints: string[]; files: string[] }> {
  const page = await browser.newPage()
  const complaints: string[] = []
  const files: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    const { origin, protocol, pathname } = new URL(request.url())
    files.push(pathname)
    if (origin !== new URL(url).origin && !/^(data|blob):$/.test(protocol)) complaints.push(`asks ${request.url()}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} for ${response.url()}`)
  })
  await page.goto(url)
  return { page, complaints, files }
}
