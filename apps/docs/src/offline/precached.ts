/** Which of the built files a service worker keeps from the start. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const pages = ['', 'demo/', '404.html']
const folders = ['models/pollen', 'models/pollen-sim']
/**
 * Threads need headers that this site does not ask for; every browser that runs it has SIMD; the reader of Keras files is large and seldom
 * wanted; pages are written in Latin letters.
 */
const needless = /backend-wasm(?!-simd[.-])|hdf5|\.woff2?$/
const latin = /latin-(?!ext)[\w-]*normal[\w.-]*\.woff2$/

/** The start page, the demo and the page for what is not there, what these load, and the networks. */
export function precached(dist: string, base: string): { url: string; revision: string | null }[] {
  const htmlOf = (page: string) => (page.endsWith('.html') ? page : `${page}index.html`)
  const existing = pages.filter((page) => existsSync(join(dist, htmlOf(page))))
  const networks = folders.filter((folder) => existsSync(join(dist, folder)))
  const pictures = existing.flatMap((page) => picturesIn(dist, base, htmlOf(page)))
  const networkFiles = networks.flatMap((folder) => readdirSync(join(dist, folder)).map((name) => `${folder}/${name}`))
  return [
    ...existing.map((page) => ({ url: base + page, revision: hashOf(join(dist, htmlOf(page))) })),
    ...[...networkFiles, ...new Set(pictures)].map((file) => ({
      url: base + file,
      revision: hashOf(join(dist, file)),
    })),
    // The hash is in the name.
    ...loadedBy(dist, existing.map(htmlOf)).map((asset) => ({ url: `${base}_astro/${asset}`, revision: null })),
  ]
}

/** Those of a page that are no assets: their names have no hash. */
function picturesIn(dist: string, base: string, page: string): string[] {
  const addresses = [...readFileSync(join(dist, page), 'utf8').matchAll(/<img [^>]*?src="([^"]+)"/g)].map(
    ([, address]) => address!,
  )
  const inside = addresses.filter((address) => address.startsWith(base) && !address.startsWith(`${base}_astro/`))
  return inside.map((address) => address.slice(base.length)).filter((file) => existsSync(join(dist, file)))
}

const hashOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16)

/** The assets whose names stand in the pages, or in an asset that they load. */
function loadedBy(dist: string, files: readonly string[]): string[] {
  const assets = readdirSync(join(dist, '_astro')).filter((name) => latin.test(name) || !needless.test(name))
  const found = new Set<string>()
  const read = (path: string) => {
    const text = readFileSync(path, 'utf8')
    for (const asset of assets) {
      if (found.has(asset) || !text.includes(basename(asset))) continue
      found.add(asset)
      if (/\.(js|css)$/.test(asset)) read(join(dist, '_astro', asset))
    }
  }
  for (const file of files) read(join(dist, file))
  return [...found].sort()
}
