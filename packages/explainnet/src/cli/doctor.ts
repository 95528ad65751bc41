import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, totalmem } from 'node:os'
import { ExplainError } from '@explainnet/core'
import {
  type Cell,
  checkRows,
  type Family,
  limitOf,
  measured,
  measureSpeed,
  type Row,
  referencesOf,
  rows,
  type Speed,
  type Status,
  statusOf,
  tolerance,
} from '@explainnet/matrix'
import { type BackendInfo, backendNames, useBackend } from '@explainnet/node'
import { getBackend, version_core } from '@tensorflow/tfjs-core'
import { Command, Option } from 'commander'
import pkg from '../../package.json' with { type: 'json' }
import { type Progress, progressBar, sayJSON, table } from './console.ts'
import type { CommandContext } from './program.ts'

interface DoctorOptions {
  readonly backend?: string
  readonly full?: boolean
  readonly json?: boolean
}

/** What most image classifiers are made of. */
const everyday: readonly Family[] = ['activations', 'convolutions', 'pooling', 'normalisation', 'fused']

export const doctorCommand = ({ signal, fail }: CommandContext): Command =>
  new Command('doctor')
    .description('check this machine: which backends are there, and whether their numbers are right')
    .addOption(new Option('--backend <name>', 'this one only').choices(backendNames))
    .option('--full', 'every operation, layer and block instead of those of most image classifiers')
    .option('--json', 'print results as JSON on stdout, and nothing else there')
    .action(async (options: DoctorOptions) => {
      // What a kernel refuses is told in the table.
      process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3'
      const bar = progressBar()
      const report = await examine(options, bar, signal).finally(() => bar.stop())
      if (report.problems.length > 0) fail()
      if (options.json) return sayJSON(report)
      process.stdout.write(`${describe(report)}\n`)
    })

interface Present extends BackendInfo {
  readonly rows: number
  readonly right: number
  /** Cells that are not right, and not known to be. */
  readonly wrong: readonly (Cell & { readonly row: string; readonly status: Status })[]
  /** Cells that are known not to be right. */
  readonly known: readonly { readonly row: string; readonly reason: string }[]
  readonly speed: Speed
}

interface Report {
  readonly explainnet: string
  readonly tfjs: string
  readonly node: string
  readonly platform: string
  readonly cores: number
  readonly memoryGiB: number
  /** Where tfjs-core lies: one place if all is well. */
  readonly tfjsCore: readonly string[]
  readonly backends: readonly Present[]
  /** What the other commands take if no backend is named; none if it would have to be asked for by name. */
  readonly auto?: string
  readonly absent: readonly { readonly name: string; readonly reason: string }[]
  /** The matrix as it was when this version was made. */
  readonly measured: typeof measured
  readonly problems: readonly string[]
}

async function examine({ backend, full = false }: DoctorOptions, bar: Progress, signal: AbortSignal): Promise<Report> {
  const chosen = full ? rows : rows.filter(({ family }) => everyday.includes(family))
  const names = backend ? [backend] : backendNames
  const problems: string[] = []
  const backends: Present[] = []
  const absent: { name: string; reason: string }[] = []

  const tfjsCore = copiesOfCore()
  if (tfjsCore.length > 1) {
    problems.push(`There are ${tfjsCore.length} copies of @tensorflow/tfjs-core: run npm dedupe.`)
  }

  // References first, then backend by backend; each is as much work as the others, more or less.
  const parts = names.length + 1
  const step = (part: number, text: string) => (done: number, count: number) => {
    if (signal.aborted) throw new ExplainError('aborted', 'Stopped.', 'Run it again.')
    bar.update((part + done / count) / parts, `${text}: ${done} of ${count}`)
  }
  await useBackend('wasm')
  const references = await referencesOf(chosen, step(0, 'reference'))
  for (const [i, name] of names.entries()) {
    let info: BackendInfo
    try {
      info = await useBackend(name)
    } catch (error) {
      if (!(error instanceof ExplainError)) throw error
      absent.push({ name, reason: error.message })
      if (backend || name === 'wasm' || name === 'cpu') problems.push(error.message)
      continue
    }
    const cells = await checkRows(chosen, references, step(i + 1, name))
    const present = judge(info, chosen, cells, await measureSpeed())
    if (present.wrong.length > 0) problems.push(`${present.wrong.length} operations are not right on ${name}.`)
    backends.push(present)
  }
  const auto = backends.find(({ name, software }) => name !== 'cpu' && !software)?.name
  return {
    explainnet: pkg.version,
    tfjs: version_core,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    tfjsCore,
    backends,
    ...(!backend && auto && { auto }),
    absent,
    measured,
    problems,
  }
}

function judge(
  info: BackendInfo,
  chosen: readonly Row[],
  cells: Readonly<Record<string, Cell>>,
  speed: Speed,
): Present {
  const tfjsName = getBackend()
  const others = chosen
    .map(({ id }) => ({
      row: id,
      ...cells[id]!,
      status: statusOf(cells[id]!, info.name),
      limit: limitOf(tfjsName, id),
    }))
    .filter(({ status }) => status !== 'right')
  return {
    ...info,
    rows: chosen.length,
    right: chosen.length - others.length,
    wrong: others.filter(({ limit }) => !limit).map(({ limit: _, ...cell }) => cell),
    known: others.flatMap(({ row, limit }) => (limit ? [{ row, reason: limit.reason }] : [])),
    speed,
  }
}

/** Where the packages in use find tfjs-core. Tensors of one copy are none to another. */
function copiesOfCore(): string[] {
  const users = ['@explainnet/core', '@explainnet/gradients', '@explainnet/node', '@tensorflow/tfjs-layers']
  const ofNode = ['@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-backend-webgpu', '@tensorflow/tfjs-converter']
  const here = createRequire(import.meta.url)
  const found = new Set([folderOf(here, '@tensorflow/tfjs-core')])
  for (const [from, names] of [
    [here, users],
    [requireOf(here, '@explainnet/node'), ofNode],
  ] as const) {
    for (const name of names) {
      const require = from && requireOf(from, name)
      if (require) found.add(folderOf(require, '@tensorflow/tfjs-core'))
    }
  }
  return [...found].filter((folder) => folder !== undefined)
}

function folderOf(require: NodeJS.Require, name: string): string | undefined {
  for (const folder of require.resolve.paths(name) ?? []) {
    if (existsSync(`${folder}/${name}/package.json`)) return realpathSync(`${folder}/${name}`)
  }
  return undefined
}

const requireOf = (require: NodeJS.Require, name: string): NodeJS.Require | undefined => {
  const folder = folderOf(require, name)
  return folder === undefined ? undefined : createRequire(`${folder}/package.json`)
}

function describe(report: Report): string {
  const ms = (time: number) => `${time.toFixed(time < 10 ? 1 : 0)} ms`
  const lines = [
    `explainnet ${report.explainnet}, TensorFlow.js ${report.tfjs}, Node ${report.node} on ${report.platform}, ${report.cores} cores, ${report.memoryGiB} GiB`,
    report.tfjsCore.length === 1
      ? `one copy of tfjs-core: ${report.tfjsCore[0]}`
      : `copies of tfjs-core: ${report.tfjsCore.join(', ')}`,
    '',
    table(
      [
        ['backend', 'right', 'of', 'forward', 'gradient', 'device'],
        ...report.backends.map(({ name, right, rows, known, speed, device, software }) => [
          name,
          `${right}`,
          `${rows - known.length}`,
          ms(speed.forward),
          ms(speed.gradient),
          `${device}${software ? ', emulated' : ''}`,
        ]),
      ],
      [1, 2, 3, 4],
    ),
  ]
  if (report.auto) lines.push('', `Commands that name no backend take ${report.auto}.`)
  for (const { name, reason } of report.absent) lines.push('', `${name} is not there. ${reason}`)
  for (const present of report.backends) {
    const { name, wrong, known } = present
    if (wrong.length > 0) lines.push('', `Not right on ${name}:`, table(wrongLines(present)))
    if (known.length > 0)
      lines.push('', `Known limits of ${name}:`, table(known.map(({ row, reason }) => [`  ${row}`, reason])))
  }
  lines.push(
    '',
    'Every operation, layer and block, when this version was made, as TensorFlow.js comes → with these gradients:',
    table(
      report.measured.map(({ id, stock, right, rows, device }) => [
        `  ${id}`,
        `${stock} → ${right}`,
        `of ${rows}`,
        device,
      ]),
      [1],
    ),
    '',
    report.problems.length === 0 ? 'All is well.' : report.problems.join('\n'),
  )
  return lines.join('\n')
}

const wrongLines = ({ name, wrong }: Present): string[][] =>
  wrong.map(({ row, status, value, gradient }) => {
    const parts = Object.entries({ value, gradient }).filter(
      ([_, error]) => typeof error === 'string' || !(error <= tolerance(name)),
    )
    const told = parts.map(
      ([what, error]) => `${what}: ${typeof error === 'string' ? error : `off by ${error.toExponential(0)}`}`,
    )
    return [`  ${row}`, status, told.join('; ')]
  })
