import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../scripts/workspace.ts'
import { launchChromium, openPage } from './pages.ts'

// The element's bundle as a page without a bundler takes it: from its own host, from another one, and with its own TensorFlow.js.
const bundle = join(root, 'packages/explainnet/dist/browser')
const model = join(root, 'packages/studies/models/pollen-sim')
const tfjs = join(root, 'node_modules/@tensorflow')

const types: Readonly<Record<string, string>> = {
  '': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
}

interface Host {
  readonly url: string
  close(): void
}

/** Serves pages made of a head and a body, and folders, each file with the same headers. */
async function host(pages: () => Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) {
  const folders: Readonly<Record<string, string>> = {
    '/bundle/': bundle,
    '/model/': model,
    '/tensorflow/': tfjs,
    '/other/': tfjs,
  }
  const server = createServer(async (request, response) => {
    const path = new URL(request.url!, 'http://localhost').pathname
    const folder = Object.keys(folders).find((start) => path.startsWith(start))
    try {
      const body =
        pages()[path] ??
        (path === '/grain.png' ? disc(96) : await readFile(join(folders[folder!]!, path.slice(folder!.length))))
      response
        .writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream', ...headers })
        .end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() } satisfies Host
}

/** A dark disc on a light ground, as PNG. */
function disc(side: number): Buffer {
  const rows = Buffer.alloc(side * (side + 1))
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      rows[y * (side + 1) + 1 + x] = Math.hypot(x - side / 2, y - side / 2) < side / 3 ? 90 + ((x * y) % 50) : 180
    }
  }
  const header = Buffer.from([0, 0, 0, side, 0, 0, 0, side, 8, 0, 0, 0, 0])
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data])
    const numbers = Buffer.alloc(8)
    numbers.writeUInt32BE(data.length, 0)
    numbers.writeUInt32BE(crc32(body), 4)
    return Buffer.concat([numbers.subarray(0, 4), body, numbers.subarray(4)])
  }
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const element = '<explain-net model="/model/model.json" src="/grain.png" method="grad-cam"></explain-net>'
const page = (head: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>A grain</title><link rel="icon" href="data:,">${head}<main>${element}</main></html>`

/** What these tests use of the element. */
interface ExplainNet extends HTMLElement {
  run(): Promise<{
    readonly values: Float32Array
    readonly certificate: {
      readonly method: { readonly name: string }
      readonly targets: readonly { readonly name: string }[]
      readonly backend: { readonly name: string }
    }
  }>
}

/** What the page's element found, or the error that it tells. */
const found = (page: Page) =>
  page.evaluate(async () => {
    await customElements.whenDefined('explain-net')
    const element = document.querySelector<ExplainNet>('explain-net')!
    const attribution = await element.run()
    const { certificate, values } = attribution
    return {
      method: certificate.method.name,
      target: certificate.targets[0]!.name,
      backend: certificate.backend.name,
      largest: Math.max(...values),
    }
  })

let browser: Browser
const hosts: Host[] = []
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(async () => {
  await browser.close()
  for (const { close } of hosts) close()
})

const serve = async (...given: Parameters<typeof host>) => {
  const own = await host(...given)
  hosts.push(own)
  return own
}

describe('a page without a bundler', () => {
  it('explains by one script tag, under a strict Content-Security-Policy, with what it needs and no more', async () => {
    const policy = ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self'", 'img-src data:']
    const { url } = await serve(() => ({ '/': page('<script type="module" src="/bundle/explain-net.js"></script>') }), {
      'content-security-policy': policy.join('; '),
    })
    const { page: opened, complaints, files } = await openPage(browser, `${url}/`)
    const result = await found(opened)
    expect(complaints).toEqual([])
    expect(result).toMatchObject({ method: 'grad-cam', backend: 'wasm' })
    expect(result.largest).toBeGreaterThan(0)
    expect(files.filter((file) => file.endsWith('.wasm'))).toHaveLength(1)
    expect(
      await opened.evaluate(
        () => [...document.querySelector('explain-net')!.shadowRoot!.querySelectorAll('[part=method] option')].length,
      ),
    ).toBe(17)
    await opened.close()
  })

  it('takes the script from another host, such as a CDN', async () => {
    const cdn = await serve(() => ({}), {
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    })
    const { url } = await serve(() => ({
      '/': page(`<script type="module" src="${cdn.url}/bundle/explain-net.js"></script>`),
    }))
    const opened = await browser.newPage()
    await opened.goto(`${url}/`)
    expect(await found(opened)).toMatchObject({ method: 'grad-cam', backend: 'wasm' })
    await opened.close()
  })

  it('is told what to allow where its policy lets no worker from another host start', async () => {
    const cdn = await serve(() => ({}), { 'access-control-allow-origin': '*' })
    const { url } = await serve(
      () => ({ '/': page(`<script type="module" src="${cdn.url}/bundle/explain-net.js"></script>`) }),
      { 'content-security-policy': `script-src ${cdn.url}; worker-src 'self'` },
    )
    const opened = await browser.newPage()
    await opened.goto(`${url}/`)
    const alert = opened.locator('explain-net [role=alert]')
    await alert.filter({ hasText: 'worker-src blob:' }).waitFor()
    await opened.close()
  })
})

describe('a page with TensorFlow.js by an import map', () => {
  const map = {
    imports: Object.fromEntries(
      [
        ['tfjs-core', 'tf-core'],
        ['tfjs-layers', 'tf-layers'],
        ['tfjs-converter', 'tf-converter'],
      ].map(([name, file]) => [`@tensorflow/${name}`, `/tensorflow/${name}/dist/${file}.fesm.min.js`]),
    ),
  }
  const importMap = `<script type="importmap">${JSON.stringify(map)}</script>`
  // Another part of the page has TensorFlow.js by the older way.
  const scripts = ['core', 'backend-cpu', 'layers']
    .map((name) => `<script src="/tensorflow/tfjs-${name}/dist/tf-${name}.min.js"></script>`)
    .join('')
  const head = `${importMap}<script type="module" src="/bundle/explain-net.external.js"></script>`

  // As text: the page's own modules are imported, by the page's own map.
  const secondCopy = `(async () => {
    const { sequential, layers } = window.tf
    const network = sequential({ layers: [layers.dense({ units: 2, inputShape: [3] })] })
    const { fromLayersModel } = await import('/bundle/explain-net.external.js')
    try {
      fromLayersModel(network)
      return 'taken'
    } catch (error) {
      return error.code ?? String(error)
    }
  })()`

  it('explains models of its own, and is told of a second copy of TensorFlow.js', async () => {
    const { url } = await serve(() => ({ '/': page(head), '/two-copies': importMap + scripts }))
    const opened = await browser.newPage()
    await opened.goto(`${url}/`)
    expect(await found(opened)).toMatchObject({ method: 'grad-cam', backend: 'wasm' })
    await opened.goto(`${url}/two-copies`)
    expect(await opened.evaluate(secondCopy)).toBe('versions-differ')
    await opened.close()
  })
})
