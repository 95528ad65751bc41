import { examples } from '../networks/prepare.ts'
import type { Process } from '../processes/process.ts'
import type { Run } from '../run.ts'
import { type Contestant, type Figure, type Timing, takeTurns } from '../timing.ts'
import { references } from './reference.ts'

/** Integrated gradients of one picture by everybody. */
export interface Comparison {
  /** ∥map − reference∥₁ ÷ ∥reference∥₁ of the default calls. */
  readonly error: { readonly explainnet: number; readonly captum: number }
  /** Of our default call. */
  readonly evaluations: number
  /** The fewest steps of ours, of the even numbers, with which the map is at least as good as Captum's. */
  readonly equalSteps: number
  readonly equalError: number
  readonly figures: Readonly<Record<string, Figure>>
}

export interface CaptumResult {
  readonly pictures: readonly Comparison[]
  /** Captum's fastest internal batch size by number of threads. */
  readonly batchSizes: Readonly<Record<string, number>>
  /** Largest relative difference of the predicted class's logit between the two; the classes are the same. */
  readonly scoreDifference: number
}

interface Score {
  readonly index: number
  readonly score: number
}
interface MapError {
  readonly error: number
  readonly evaluations?: number
}

const ours = { name: 'integrated-gradients' } as const

/** Integrated gradients of the histology network beside Captum's, at their defaults and at equal error. */
export async function compareWithCaptum(run: Run): Promise<void> {
  const { settings, engines } = run
  const network = await run.network('hmt')
  const all = settings.cores
  const torch = await engines.load('torch', network)
  const one = await engines.load('explainnet', network)
  const pooled = settings.backend === 'wasm' && all > 1
  const many = pooled ? await engines.load('explainnet-all', network) : one
  const native = await nativeEngines(run)

  const scoreDifference = compareScores(await many.ask<Score[]>('scores'), await torch.ask<Score[]>('scores'))
  const rows = settings.quick ? 1 : examples
  const steps = settings.quick ? 32 : 2048
  const maps = await references(network, torch, { rows, steps, threads: all }, (done) =>
    run.announce(`reference map ${done + 1} of ${rows}`),
  )
  const batchSizes: Record<string, number> = {}
  for (const threads of new Set(pooled ? [1, all] : [all])) {
    run.announce(`Captum's internal batch size, ${threads} thread${threads > 1 ? 's' : ''}`)
    batchSizes[threads] = settings.quick ? 8 : await bestBatchSize(torch, threads)
  }

  const patience = settings.patience.pass
  const pictures: Comparison[] = []
  for (let row = 0; row < rows; row++) {
    run.announce(`picture ${row + 1}: errors`)
    const error = (operation: object) =>
      many.ask<MapError>('error', { operation: { ...ours, row, ...operation }, reference: maps[row] })
    const byDefault = await error({})
    const captum = await torch.ask<MapError>('error', {
      operation: { ...ours, row, threads: all },
      reference: maps[row],
    })
    const equal = await fewestSteps(
      async (steps) => (await error({ steps })).error,
      captum.error,
      settings.quick ? 8 : 128,
    )
    const call = (name: string, process: Process, operation: object = {}): Contestant => ({
      name,
      run: () => process.ask<Timing>('time', { ...ours, row, ...operation }),
    })
    run.announce(`picture ${row + 1}: times, ${equal.steps} steps where errors are equal`)
    const { steps } = equal
    // Eight pictures stand for the turns that are spared.
    const defaults = [call('explainnet-default', many), call('captum-default', torch, { threads: all })]
    const equals = [
      call('explainnet-equal-all', many, { steps }),
      call('captum-best-all', torch, { threads: all, internal_batch_size: batchSizes[all] }),
      ...(pooled
        ? [
            call('explainnet-equal-1', one, { steps }),
            call('captum-best-1', torch, { threads: 1, internal_batch_size: batchSizes[1] }),
          ]
        : []),
      ...Object.entries(native).map(([name, process]) => call(name, process, { steps })),
    ]
    const figures = {
      ...(await takeTurns(defaults, { runs: 3, patience, warm: true })),
      ...(await takeTurns(equals, { runs: 1, patience, warm: true })),
    }
    pictures.push({
      error: { explainnet: byDefault.error, captum: captum.error },
      evaluations: byDefault.evaluations!,
      equalSteps: steps,
      equalError: equal.error,
      figures,
    })
  }
  await run.record('captum', { pictures, batchSizes, scoreDifference } satisfies CaptumResult)
}

/** The native binding where there is one; what is missing is said and left out. */
async function nativeEngines(run: Run): Promise<Record<string, Process>> {
  const found: Record<string, Process> = {}
  if (run.settings.backend !== 'wasm') return found
  for (const [name, engine] of [
    ['tensorflow-equal-all', 'tensorflow'],
    ['tensorflow-equal-1', 'tensorflow-1'],
  ] as const) {
    try {
      found[name] = await run.engines.load(engine, await run.network('hmt'))
    } catch (error) {
      run.announce(`the native backend is left out: ${(error as Error).message}`)
    }
  }
  return found
}

function compareScores(ours: readonly Score[], theirs: readonly Score[]): number {
  return Math.max(
    ...ours.map(({ index, score }, i) => {
      const other = theirs[i]!
      if (other.index !== index) throw new Error(`Picture ${i + 1}: ours is class ${index}, theirs ${other.index}.`)
      return Math.abs(score - other.score) / Math.abs(other.score)
    }),
  )
}

async function bestBatchSize(torch: Process, threads: number): Promise<number> {
  const sizes = [1, 2, 4, 8, 16, 50]
  const contestants = sizes.map((size) => ({
    name: String(size),
    run: () => torch.ask<Timing>('time', { ...ours, row: 0, threads, internal_batch_size: size }),
  }))
  const figures = await takeTurns(contestants, { runs: 1, patience: 60 })
  const time = (size: number) => {
    const figure = figures[size]!
    return 'runs' in figure ? figure.milliseconds : Number.POSITIVE_INFINITY
  }
  return sizes.reduce((best, size) => (time(size) < time(best) ? size : best))
}

/** The first even number of steps whose error is at most `bound`, by bisection: errors fall, if not quite evenly. */
export async function fewestSteps(errorOf: (steps: number) => Promise<number>, bound: number, most: number) {
  let [low, high] = [0, most]
  let error = await errorOf(high)
  if (error > bound) return { steps: high, error }
  while (high - low > 2) {
    const steps = 2 * Math.round((low + high) / 4)
    const found = await errorOf(steps)
    if (found <= bound) [high, error] = [steps, found]
    else low = steps
  }
  return { steps: high, error }
}
