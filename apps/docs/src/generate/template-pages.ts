import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { benchmarkTables } from './benchmark-tables.ts'
import { matrixTables } from './matrix-tables.ts'
import { chooserOutcome, measuredTable, methodTable, provenPictures, traitPictures } from './method-tables.ts'
import { pluginTable } from './plugin-table.ts'
import { pages } from './repository.ts'

const templates = join(import.meta.dirname, '../templates')

/** Pages that are written by hand but for their tables, which are made of committed results: `{{name}}` stands for one. */
const filled: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'guides/choose-a-method.md': {
    methods: methodTable,
    measured: measuredTable,
    chooser: chooserOutcome,
    pictures: traitPictures,
    proven: provenPictures,
  },
  'backends.md': { matrix: matrixTables },
  'benchmarks.md': { results: benchmarkTables },
  'plugins/list.md': { plugins: pluginTable },
}

export function writeTemplatePages(): void {
  for (const [path, tables] of Object.entries(filled)) {
    const text = readFileSync(join(templates, path), 'utf8').replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const make = tables[name]
      if (!make) throw new Error(`${path} asks for a table that nobody makes: ${name}`)
      return make()
    })
    const file = join(pages, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}
