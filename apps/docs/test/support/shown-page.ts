import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Parser } from 'htmlparser2'

export const dist = fileURLToPath(new URL('../../dist', import.meta.url))

const repository = new URL('../../../../', import.meta.url)

/** A file of the repository, parsed. */
export const committed = (path: string) => JSON.parse(readFileSync(new URL(path, repository), 'utf8'))

export interface ShownPage {
  /** As a reader has it: spaces of all kinds and lengths are one. */
  readonly text: string
  readonly images: readonly { readonly src: string; readonly alt: string | undefined }[]
  /** Values of an attribute, in order. */
  attribute(name: string): readonly string[]
}

/** A page of the built site. */
export function shownPage(path: string): ShownPage {
  const file = join(dist, path, 'index.html')
  if (!existsSync(file)) throw new Error('There is no build of the site: run `pnpm build`.')
  let text = ''
  const images: { src: string; alt: string | undefined }[] = []
  const attributes: (readonly [string, string])[] = []
  let hidden = 0
  const parser = new Parser({
    onopentag(name, given) {
      if (name === 'script' || name === 'style') hidden++
      if (name === 'img') images.push({ src: given['src'] ?? '', alt: given['alt'] })
      attributes.push(...Object.entries(given))
      text += ' '
    },
    onclosetag(name) {
      if (name === 'script' || name === 'style') hidden--
      text += ' '
    },
    ontext(part) {
      if (!hidden) text += part
    },
  })
  parser.end(readFileSync(file, 'utf8'))
  return {
    text: text.replaceAll(/\s+/g, ' '),
    images,
    attribute: (name) => attributes.filter(([key]) => key === name).map(([, value]) => value),
  }
}

/** `0.456 [0.432, 0.479]`, written a second time: as the pages must have it. */
export const interval = ({ mean, low, high }: { mean: number; low: number; high: number }) =>
  `${mean.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`

export const percent = (share: number, digits = 1) => `${(share * 100).toFixed(digits)} %`
