import { posix } from 'node:path'
import { publishedPackages, slugOf, sourceAddress } from './repository.ts'

/** Files of the repository that are pages here, with their addresses. */
const addresses = new Map<string, string>([
  ['packages/core/SPEC.md', '/concepts/contract/'],
  ['packages/compare/PROTOCOL.md', '/guides/protocol/'],
  ['benchmarks/RESULTS.md', '/benchmarks/'],
  ['packages/matrix/results/matrix.md', '/backends/'],
  ...publishedPackages.flatMap((one): [string, string][] => {
    const address = `/packages/${slugOf(one)}/`
    return [
      [one.folder, address],
      [`${one.folder}/README.md`, address],
    ]
  }),
])

/** Links of a Markdown file, which are relative in the repository, as links of the site, or else to the repository's source. */
export function siteLinks(markdown: string, folder: string): string {
  return markdown.replaceAll(/(?<!!)\]\((?!https?:|#|\/)([^)\s#]+)(#[^)\s]+)?\)/g, (_, target: string, anchor = '') => {
    const path = posix.join(folder, target).replace(/\/$/, '')
    return `](${addresses.get(path) ?? sourceAddress(path)}${anchor})`
  })
}

/** Pictures of a Markdown file, as seen from a page in `from`. */
export function sitePictures(markdown: string, folder: string, up: string): string {
  return markdown.replaceAll(/!\[([^\]]*)\]\((?!https?:)([^)\s]+)\)/g, (_, text: string, target: string) => {
    return `![${text}](${up}/${posix.join(folder, target)})`
  })
}
