import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { servedMethods } from 'explainnet/methods'
import { table } from './markdown.ts'
import { publishedPackages, slugOf } from './repository.ts'

/** A package of someone else's, as src/data/plugins.json lists it. */
interface Plugin {
  readonly package: string
  readonly text: string
  readonly needs: string
  readonly paper: string
  readonly source: string
}

/** Our packages with the keyword, then those of others. */
export function pluginTable(): string {
  const path = join(import.meta.dirname, '../data/plugins.json')
  const others = JSON.parse(readFileSync(path, 'utf8')) as Plugin[]
  const methods = Object.values(servedMethods).map((make) => make({}))
  const ours = publishedPackages
    .filter(({ manifest }) => manifest.keywords?.includes('explainnet-method'))
    .map((one) => {
      const made = methods.filter(({ spec }) => spec?.module === one.manifest.name)
      return [
        `[\`${one.manifest.name}\`](/packages/${slugOf(one)}/)`,
        made.map(({ name }) => `\`${name}\``).join(', '),
        [...new Set(made.map(({ needs }) => needs))].join(', '),
        one.manifest.description ?? '',
      ]
    })
  const theirs = others.map((one) => [
    `[\`${one.package}\`](${one.source})`,
    `[paper](${one.paper})`,
    one.needs,
    one.text,
  ])
  return table(['package', 'methods', 'needs', ''], [...ours, ...theirs])
}
