// `pnpm matrix`: every row on every backend, in Node and in headless Chromium, as TensorFlow.js brings it and with our gradients.
// `pnpm matrix <column>…`: these columns only; the others stay as they were. About ten minutes.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { useBackend } from '@explainnet/node'
import { version_core } from '@tensorflow/tfjs-core'
import { type Cells, referencesOf, rows, statusOf } from '../src/index.ts'
import { type Measured, type MeasuredColumn, rounded, summarise } from '../src/measured.ts'
import { runInChromium } from './chromium.ts'
import { type Column, columns } from './column.ts'
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

for (const column of chosen) save(await measure(column))

async function measure({ id, backend, runtime }: Column): Promise<MeasuredColumn> {
  const run = runtime === 'Node' ? runInNode : runInChromium
  const show = process.stderr.isTTY ? (text: string) => process.stderr.write(`\r${id}: ${text} `) : () => {}
  const stock = await run(backend, true, references, show)
  const ours = await run(backend, false, references, show)
  const right = (cells: Cells) => rows.filter(({ id }) => statusOf(cells[id]!, backend) === 'right').length
  say(`\r${id} (${ours.device}): ${right(stock.cells)} → ${right(ours.cells)} of ${rows.length} right`)
  return {
    id,
    backend,
    runtime,
    device: ours.device,
    cells: Object.fromEntries(rows.map(({ id }) => [id, rounded(ours.cells[id]!)])),
    stock: Object.fromEntries(rows.map(({ id }) => [id, statusOf(stock.cells[id]!, backend)])),
  }
}

/** Puts a column in the place of its predecessor; another run may have written others meanwhile. */
function save(column: MeasuredColumn): void {
  const before: Measured | undefined = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  // A column of other rows than today's says nothing.
  const current = before?.columns.filter(({ cells }) => rows.every(({ id }) => cells[id] !== undefined)) ?? []
  const measured = [column, ...current]
  const matrix: Measured = {
    tfjs: version_core,
    node: process.versions.node,
    columns: columns.flatMap(({ id }) => measured.find((one) => one.id === id) ?? []),
  }
  // A cell a line.
  const cell = /\{\s+("value": [\d.e-]+,)\s+("gradient": [\d.e-]+)\s+\}/g
  const text = JSON.stringify(matrix, null, 2).replaceAll(cell, '{ $1 $2 }')
  writeFileSync(file, `${text}\n`)
  writeFileSync(join(results, 'matrix.md'), markdown(matrix))
  writeFileSync(join(results, '..', 'src', 'summary.json'), `${JSON.stringify(summarise(matrix), null, 2)}\n`)
}
