import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { networks } from './networks/index.ts'

/** What is measured, each with a section of its own in the report. */
const parts = ['networks', 'captum', 'workers', 'memory', 'download', 'kernels', 'perturbation'] as const
export type Part = (typeof parts)[number]

/** Columns of the tables of networks. `ig` runs to the default completeness, `ig-50` with 50 steps. */
export const columns = ['forward', 'gradient', 'saliency', 'grad-cam', 'smooth-grad-50', 'ig', 'ig-50'] as const
export type Column = (typeof columns)[number]

export interface Settings {
  readonly parts: readonly Part[]
  /** Names of networks. */
  readonly rows: readonly string[]
  readonly columns: readonly Column[]
  /** Runs of which a figure is the median. */
  readonly runs: number
  /** Seconds that the runs of one figure may take together, of a pass or of a method; at least one is made. */
  readonly patience: { readonly pass: number; readonly method: number }
  readonly quick: boolean
  readonly backend: string
  readonly torchDevice: string
  /** A Python that has PyTorch and Captum; one is made where none is named. */
  readonly python: string | undefined
  /** "All cores". */
  readonly cores: number
  /** As it was typed, for the record. */
  readonly command: string
}

export const help = `pnpm benchmark [options]

Measures ExplainNet beside stock TensorFlow.js and PyTorch with Captum, writes results/*.json and RESULTS.md.

  --only <words>          comma-separated rows, columns and parts; the rest keeps its earlier figures
                            rows: ${networks.map(({ name }) => name).join(', ')}
                            columns: ${columns.join(', ')}
                            parts: ${parts.join(', ')}
  --runs <n>              runs of which each figure is the median (default 7); slow ones have fewer, see README.md
  --quick                 2 runs, no sweep, one picture: to see that it works, not for figures; nothing is written
  --backend <name>        of ExplainNet: wasm (default), tensorflow, webgpu, …
  --torch-device <name>   cpu (default) or cuda
  --python <path>         a Python that has PyTorch and Captum, in place of the one made in .cache/venv
  --help`

export function readSettings(args: readonly string[]): Settings | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      runs: { type: 'string', default: '7' },
      quick: { type: 'boolean', default: false },
      backend: { type: 'string', default: 'wasm' },
      'torch-device': { type: 'string', default: 'cpu' },
      python: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const runs = Number(values.runs)
  if (!Number.isInteger(runs) || runs < 1)
    throw new Error(`--runs is ${values.runs}; it must be a whole number from 1.`)
  return {
    ...selection(values.only, values.backend === 'wasm' ? parts : ['networks', 'captum', 'kernels']),
    runs: values.quick ? 2 : runs,
    patience: values.quick ? { pass: 2, method: 2 } : { pass: 30, method: 12 },
    quick: values.quick,
    backend: values.backend,
    torchDevice: values['torch-device'],
    python: values.python,
    cores: availableParallelism(),
    command: ['pnpm benchmark', ...args.map((arg, i) => (args[i - 1] === '--python' ? '<path>' : arg))].join(' '),
  }
}

/** A row or a column asks for the part `networks`; a part asks for all of its rows. */
export function selection(
  only: string | undefined,
  usual: readonly Part[] = parts,
): Pick<Settings, 'parts' | 'rows' | 'columns'> {
  const words = only?.split(',').map((word) => word.trim()) ?? []
  const pick = <T extends string>(all: readonly T[]) => all.filter((one) => words.includes(one))
  const rows = pick(networks.map(({ name }) => name))
  const chosen = { parts: pick(parts), columns: pick(columns) }
  const known: string[] = [...rows, ...chosen.parts, ...chosen.columns]
  const strange = words.filter((word) => !known.includes(word))
  if (strange.length > 0) throw new Error(`There is no row, column or part '${strange.join("', '")}'; see --help.`)
  const asked =
    rows.length + chosen.columns.length > 0 && chosen.parts.length === 0 ? (['networks'] as const) : chosen.parts
  return {
    parts: asked.length > 0 ? asked : usual,
    rows: rows.length > 0 ? rows : networks.map(({ name }) => name),
    columns: chosen.columns.length > 0 ? chosen.columns : columns,
  }
}
