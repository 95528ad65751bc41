import { networks } from '../networks/index.ts'
import { examples } from '../networks/prepare.ts'
import type { CaptumResult } from '../parts/captum.ts'
import type { KernelCounts } from '../processes/count-kernels.ts'
import type { Results } from '../results.ts'
import { columns } from '../settings.ts'
import { type Figure, isMeasured } from '../timing.ts'
import { type Goal, goals, percent, quotient, verdict } from './numbers.ts'

const heads: Readonly<Record<string, string>> = {
  explainnet: 'ExplainNet, one thread',
  'explainnet-all': 'ExplainNet, all cores',
  stock: 'TensorFlow.js as it comes, by hand',
  'torch-1': 'PyTorch and Captum, one thread',
  'torch-all': 'PyTorch and Captum, all cores',
}

/** The whole report, made of all results. */
export function reportOf(all: readonly Results[]): string {
  return [
    '# Benchmarks: the figures',
    'Made by `pnpm benchmark`; README.md says what is measured and how. Times are medians in milliseconds.',
    ...all.flatMap(reportOn),
    '',
  ].join('\n\n')
}

function reportOn(results: Results): string[] {
  const value = <T>(key: string) => results.entries[key]?.value as T | undefined
  const captum = value<CaptumResult>('captum')
  return [
    `## ExplainNet on \`${results.backend}\``,
    ...(results.backend === 'wasm' ? [goalTable(goals(results))] : []),
    ...networkTables(results),
    ...(captum ? ['### Integrated gradients beside Captum’s, HMT network', captumTable(captum)] : []),
    ...kernelTable(results),
    '### Where the figures come from',
    provenance(results),
  ]
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

export const goalTable = (all: readonly Goal[]) =>
  table(
    ['', 'stock', 'must', 'aim', 'measured', '', ''],
    all.map((goal) => {
      const sign = goal.atLeast ? '≥' : '≤'
      const stock = typeof goal.stock === 'number' ? goal.stock.toFixed(1) : (goal.stock ?? '')
      const measured =
        goal.value === undefined ? '–' : `**${goal.value.toPrecision(3)}${goal.unit === '×' ? '' : ` ${goal.unit}`}**`
      return [
        goal.title,
        stock,
        `${sign} ${short(goal.must)}`,
        short(goal.aim),
        measured,
        verdict(goal),
        goal.note ?? '',
      ]
    }),
  )

/** Bounds in other units than they were set in are not round. */
const short = (bound: number) => String(Number(bound.toPrecision(3)))

function networkTables(results: Results): string[] {
  const tables = networks.flatMap(({ name, title }) => networkTable(results, name, title))
  if (tables.length === 0) return []
  return [
    '### Networks',
    `Forward and gradient: ${examples} examples in one batch; the other columns: one example. \`ig\` is the default call, to 1 % completeness; in brackets, how many evaluations that took.`,
    ...tables,
  ]
}

function networkTable(results: Results, row: string, title: string): string[] {
  const figure = (column: string, engine: string) =>
    results.entries[`networks/${row}/${column}/${engine}`]?.value as Figure | undefined
  const engines = Object.keys(heads).filter((engine) => columns.some((column) => figure(column, engine)))
  if (engines.length === 0) return []
  const about = results.entries[`networks/${row}`]?.value as { weights: string; images: string } | undefined
  const ratio = (engine: string) => quotient(figure('gradient', engine), figure('forward', engine))?.toFixed(2) ?? ''
  const rows = engines.map((engine) => {
    const [forward, gradient, ...methods] = columns.map((column) => cell(figure(column, engine)))
    const head = results.backend === 'wasm' ? heads[engine]! : heads[engine]!.replace(/,.*/, '')
    return [head, forward!, gradient!, ratio(engine), ...methods]
  })
  const caption = `**${title}**${about ? `; ${about.weights} weights; ${about.images}` : ''}`
  const [forward, gradient, ...methods] = columns
  return [caption, table(['', forward!, gradient!, 'gradient ÷ forward', ...methods], rows)]
}

function cell(figure: Figure | undefined): string {
  if (!figure) return ''
  if (!isMeasured(figure)) return figure.failure.startsWith('not run') ? figure.failure : `throws: ${figure.failure}`
  return `${time(figure.milliseconds)}${figure.evaluations ? ` (${figure.evaluations})` : ''}`
}

const time = (milliseconds: number) => (milliseconds < 100 ? milliseconds.toPrecision(2) : milliseconds.toFixed(0))

function captumTable({ pictures, batchSizes, scoreDifference }: CaptumResult): string {
  const names = Object.keys(pictures[0]?.figures ?? {})
  const rows = pictures.map(({ error, evaluations, equalSteps, figures }, i) => [
    String(i + 1),
    percent(error.explainnet),
    percent(error.captum),
    String(evaluations),
    String(equalSteps),
    ...names.map((name) => cell(figures[name]).replace(/ \(.*\)/, '')),
  ])
  const sizes = Object.entries(batchSizes).map(
    ([threads, size]) => `${size} on ${threads} thread${threads === '1' ? '' : 's'}`,
  )
  return [
    `Same classes; logits differ by at most ${scoreDifference.toExponential(0)}. Errors are relative L1 distances from 2,048 steps. Captum's best internal batch size: ${sizes.join(', ')}.`,
    table(['picture', 'error', 'Captum’s error', 'evaluations', 'steps at equal error', ...names], rows),
  ].join('\n\n')
}

/** Kernels whose result is a gradient of a weight and nothing else. */
const ofWeights = /Filter|BackpropFilter/

function kernelTable(results: Results): string[] {
  const rows = networks.flatMap(({ name, title }) =>
    (['explainnet', 'stock'] as const).flatMap((engine) => {
      const counts = results.entries[`kernels/${name}/${engine}`]?.value as
        | KernelCounts
        | { failure: string }
        | undefined
      if (!counts) return []
      if ('failure' in counts) return [[title, engine, `throws: ${counts.failure}`, '', '', '']]
      const sum = (of: Readonly<Record<string, number>>, which: RegExp) =>
        Object.entries(of).reduce((total, [kernel, count]) => total + (which.test(kernel) ? count : 0), 0)
      const backward = Object.entries(counts.gradient)
        .map(([kernel, count]): [string, number] => [kernel, count - (counts.forward[kernel] ?? 0)])
        .filter(([, count]) => count > 0)
        .map(([kernel, count]) => `${kernel} ${count}`)
      const all = /./
      const passes = `${sum(counts.forward, all)} → ${sum(counts.gradient, all)}`
      const products = `${sum(counts.forward, /MatMul/)} → ${sum(counts.gradient, /MatMul/)}`
      return [[title, engine, passes, String(sum(counts.gradient, ofWeights)), products, backward.join(', ')]]
    }),
  )
  if (rows.length === 0) return []
  const head = [
    '',
    '',
    'kernels, forward → gradient pass',
    'filter gradients',
    'matrix products',
    'added by the gradient pass',
  ]
  return ['### Kernels of a gradient pass over one example', table(head, rows)]
}

function provenance({ entries, machines }: Results): string {
  const groups = new Map<string, string[]>()
  for (const [key, { command, date, machine }] of Object.entries(entries)) {
    const group = key.split('/').slice(0, 2).join('/')
    const { cpu, cores, memory, platform, versions } = machines[machine]!
    const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
    const source = `${date}, \`${command}\`, ${cpu}, ${cores} cores, ${memory} GiB, ${platform}, ${packages.join(', ')}`
    const known = groups.get(source) ?? []
    if (!known.includes(group)) groups.set(source, [...known, group])
  }
  return [...groups].map(([source, keys]) => `- ${source}: ${keys.join(', ')}`).join('\n')
}
