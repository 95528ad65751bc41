// `pnpm matrix`: every row on every backend, in Node and in headless Chromium, as TensorFlow.js brings it and with our gradients.
// `pnpm matrix <column>…`: these columns only; the others stay as they were. About five minutes.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { useBackend } from '@explainnet/node'
import { version_core } from '@tensorflow/tfjs-core'
import { referencesOf, rows, statusOf } from '../src/index.ts'
import { type Measured, rounded, summarise } from '../src/measured.ts'
import { runInChromium } from './chromium.ts'
import { columns } from './column.ts'
import { markdown } from './markdown.ts'
import { runInNode } from './node.ts'

const results = join(import.meta.dirname, '..', 'results')
const file = join(results, 'matrix.json')
const wanted = process.argv.slice(2)
const chosen = columns.filter(({ id }) => wanted.length === 0 || wanted.includes(id))

const say = (text: string) => process.stderr.write(`${text}\n`)

await useBackend('wasm')
say(`${rows.length} rows in float64`)
const references = await referencesOf(rows)

const before: Measured | undefined = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
const measured = columns.flatMap(({ id }) => before?.columns.find((one) => one.id === id) ?? [])
for (const { id, backend, runtime } of chosen) {
  const run = runtime === 'Node' ? runInNode : runInChromium
  const show = process.stderr.isTTY ? (text: string) => process.stderr.write(`\r${id}: ${text} `) : () => {}
  const stock = await run(backend, true, references, show)
  const ours = await run(backend, false, references, show)
  const of = (cells: typeof ours.cells) => rows.filter(({ id }) => statusOf(cells[id]!, backend) === 'right').length
  say(`\r${id} (${ours.device}): ${of(stock.cells)} → ${of(ours.cells)} of ${rows.length} right`)
  const column = {
    id,
    backend,
    runtime,
    device: ours.device,
    cells: Object.fromEntries(rows.map(({ id }) => [id, rounded(ours.cells[id]!)])),
    stock: Object.fromEntries(rows.map(({ id }) => [id, statusOf(stock.cells[id]!, backend)])),
  }
  const place = measured.findIndex((one) => one.id === id)
  if (place >= 0) measured[place] = column
  else measured.push(column)
}

const sorted = columns.flatMap(({ id }) => measured.find((one) => one.id === id) ?? [])
const matrix: Measured = { tfjs: version_core, node: process.versions.node, columns: sorted }
// A cell a line.
const text = JSON.stringify(matrix, null, 2).replaceAll(/\{\s+("value": .*)\s+("gradient": .*)\s+\}/g, '{ $1 $2 }')
writeFileSync(file, `${text}\n`)
writeFileSync(join(results, 'matrix.md'), markdown(matrix))
writeFileSync(join(results, '..', 'src', 'summary.json'), `${JSON.stringify(summarise(matrix), null, 2)}\n`)
