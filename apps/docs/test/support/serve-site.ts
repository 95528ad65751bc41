/** The built site as a strict host would serve it: compressed, under its base, the policy of each page repeated as a header. */
import { readFileSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml',
}
const compressible = /html|css|javascript|json|svg|wasm|xml/
/** Workers are not under the policy of the page that starts them but under that of their own file. */
const filePolicy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'"

export interface SiteServer {
  /** Ends with the base: `http://127.0.0.1:1234/explainnet/`. */
  readonly url: string
  /** Bytes sent in bodies since the last call, by path. */
  takeSent(): Map<string, number>
  /** From now on nothing answers. */
  close(): Promise<void>
}

export async function serveSite(dist: string, base = '/'): Promise<SiteServer> {
  const compressed = new Map<string, Buffer>()
  let sent = new Map<string, number>()
  const server = createServer(({ url = '/', headers: asked }, response) => {
    const path = decodeURIComponent(url.split(/[?#]/)[0]!)
    const file = path.startsWith(base) ? fileOf(dist, path.slice(base.length)) : undefined
    const served = file ?? join(dist, '404.html')
    const type = types[extname(served)] ?? 'application/octet-stream'
    const plain = readFileSync(served)
    const policy = type.startsWith('text/html') ? policyOf(plain.toString()) : filePolicy
    const headers: Record<string, string> = { 'Content-Type': type, 'Content-Security-Policy': policy }
    let body: Buffer = plain
    if (compressible.test(type) && /\bbr\b/.test(String(asked['accept-encoding']))) {
      headers['Content-Encoding'] = 'br'
      body = compressed.get(served) ?? brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
      compressed.set(served, body)
    }
    sent.set(path, (sent.get(path) ?? 0) + body.length)
    response.writeHead(file ? 200 : 404, headers).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`,
    takeSent() {
      const taken = sent
      sent = new Map()
      return taken
    },
    close: () => closed(server),
  }
}

function fileOf(dist: string, path: string): string | undefined {
  const file = join(dist, normalize(`/${path}`))
  const kind = statSync(file, { throwIfNoEntry: false })
  if (kind?.isFile()) return file
  const index = join(file, 'index.html')
  return kind?.isDirectory() && path.endsWith('/') === (path !== '') && statSync(index, { throwIfNoEntry: false })
    ? index
    : undefined
}

function policyOf(html: string): string {
  const policy = /<meta http-equiv="content-security-policy" content="([^"]*)"/.exec(html)?.[1]
  if (!policy) throw new Error('A page was built without a policy.')
  return policy
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
