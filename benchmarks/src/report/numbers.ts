import type { CaptumResult, Comparison } from '../parts/captum.ts'
import type { Download } from '../parts/download.ts'
import type { Overhead } from '../parts/perturbation.ts'
import type { Results } from '../results.ts'
import { type Figure, isMeasured, median } from '../timing.ts'

/** A figure that somebody waits for. */
export interface Goal {
  readonly title: string
  readonly value: number | undefined
  /** The same of TensorFlow.js as it comes, or why there is none. */
  readonly stock?: number | string | undefined
  readonly must: number
  readonly aim: number
  readonly unit: '×' | 'GiB' | 'kB'
  /** More is better. */
  readonly atLeast?: boolean
  readonly note?: string | undefined
}

export type Verdict = 'aim met' | 'met' | 'missed' | 'not measured'

export function verdict({ value, must, aim, atLeast = false }: Goal): Verdict {
  if (value === undefined) return 'not measured'
  const within = (bound: number) => (atLeast ? value >= bound : value <= bound)
  return within(aim) ? 'aim met' : within(must) ? 'met' : 'missed'
}

/** What the results say of each goal. */
export function goals(results: Results): Goal[] {
  const value = <T>(key: string) => results.entries[key]?.value as T | undefined
  return [
    ratioGoal(value, 'hmt', 'HMT network 224²', 3.5, 2.2),
    ratioGoal(value, 'small-cnn', 'small 128² CNN', 3.5, 2.2),
    ratioGoal(value, 'mobilenet-v2', 'MobileNetV2-like', 4, 2.5),
    ...captumGoals(value('captum')),
    workersGoal(value('workers')),
    ...(['one', 'all'] as const).map((which) => memoryGoal(value(`memory/${which}`), which)),
    downloadGoal(value('download')),
    ...(['rise', 'sise', 'deletion', 'insertion'] as const).map((name) =>
      overheadGoal(value(`perturbation/${name}`), name),
    ),
    riseMemoryGoal(value('perturbation/memory')),
  ]
}

type Value = <T>(key: string) => T | undefined

function ratioGoal(value: Value, row: string, title: string, must: number, aim: number): Goal {
  const figure = (column: string, engine: string) => value<Figure>(`networks/${row}/${column}/${engine}`)
  const stock = figure('gradient', 'stock')
  const runs = figure('gradient', 'explainnet')
  return {
    title: `gradient ÷ forward, ${title}, one thread, batch 8`,
    value: quotient(runs, figure('forward', 'explainnet')),
    stock: stock && 'failure' in stock ? `throws: ${stock.failure}` : quotient(stock, figure('forward', 'stock')),
    must,
    aim,
    unit: '×',
    note: isMeasured(runs) ? `medians of ${runs.runs.length}` : undefined,
  }
}

export function quotient(upper: Figure | undefined, lower: Figure | undefined): number | undefined {
  return isMeasured(upper) && isMeasured(lower) ? upper.milliseconds / lower.milliseconds : undefined
}

function captumGoals(result: CaptumResult | undefined): Goal[] {
  const pictures = result?.pictures ?? []
  const ratio = (ours: string, theirs: string) =>
    medianOf(pictures, ({ figures }) => quotient(figures[ours], figures[theirs]))
  const error = (of: 'explainnet' | 'captum') => percent(medianOf(pictures, (picture) => picture.error[of]))
  const equally = (must: number, aim: number, title: string, ours: string, theirs: string): Goal => ({
    title: `integrated gradients at equal map error ÷ Captum with its best internal batch size, ${title}`,
    value: ratio(ours, theirs),
    must,
    aim,
    unit: '×',
    note: result && `${medianOf(pictures, ({ equalSteps }) => equalSteps)} steps`,
  })
  return [
    {
      title: 'integrated gradients, default call, all cores ÷ Captum’s default call, as many threads',
      value: ratio('explainnet-default', 'captum-default'),
      must: 0.5,
      aim: 0.2,
      unit: '×',
      note: result && `map error ${error('explainnet')}, Captum’s ${error('captum')}`,
    },
    equally(3, 1.5, 'one thread', 'explainnet-equal-1', 'captum-best-1'),
    equally(3, 1.5, 'all cores', 'explainnet-equal-all', 'captum-best-all'),
    equally(1.2, 0.8, 'one thread, native tensorflow backend', 'tensorflow-equal-1', 'captum-best-1'),
    equally(1.2, 0.8, 'all cores, native tensorflow backend', 'tensorflow-equal-all', 'captum-best-all'),
  ]
}

/** Of those pictures that have a value; undefined where none has. */
function medianOf(
  pictures: readonly Comparison[],
  of: (picture: Comparison) => number | undefined,
): number | undefined {
  const values = pictures.map(of).filter((value) => value !== undefined)
  return values.length > 0 ? median(values) : undefined
}

export const percent = (share: number | undefined) => (share === undefined ? '–' : `${(100 * share).toFixed(2)} %`)

function workersGoal(result: { rows: number; workers: number; figures: Record<string, Figure> } | undefined): Goal {
  return {
    title: `${result?.workers ?? 2} workers ÷ 1 worker, throughput over ${result?.rows ?? 64} images`,
    value: quotient(result?.figures['pool-1'], result?.figures['explainnet-all']),
    must: 1.6,
    aim: 1.9,
    unit: '×',
    atLeast: true,
  }
}

function memoryGoal(result: { added: number; exact: boolean } | undefined, which: 'one' | 'all'): Goal {
  return {
    title: `peak memory of integrated gradients, 50 steps, one image, HMT, ${which === 'one' ? 'one thread' : 'all cores'}`,
    value: result?.added,
    must: 1,
    aim: 0.4,
    unit: 'GiB',
    note: result?.exact === false ? 'upper bound: loading included' : undefined,
  }
}

function downloadGoal(result: Download | undefined): Goal {
  return {
    title: 'added download of the wasm kernels, gzipped: minified, without tfjs',
    value: result && result.bundle / 1000,
    must: 40,
    aim: 15,
    unit: 'kB',
    note: result && `the modules alone ${(result.modules / 1000).toFixed(1)} kB`,
  }
}

function overheadGoal(result: Overhead | undefined, name: string): Goal {
  return {
    title: `${name} ÷ its bare forward passes, one image, HMT, one thread`,
    value: result?.ratio,
    must: 1.3,
    aim: 1.1,
    unit: '×',
    note: result && `${result.forward} passes`,
  }
}

function riseMemoryGoal(result: { peak: number } | undefined): Goal {
  return {
    title: 'peak memory of RISE with 4000 masks at 224², Node, model and all',
    value: result?.peak,
    must: 500e6 / 2 ** 30,
    aim: 400e6 / 2 ** 30,
    unit: 'GiB',
  }
}
