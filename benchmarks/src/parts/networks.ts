import type { EngineName } from '../engines.ts'
import { examples } from '../networks/prepare.ts'
import type { Process } from '../processes/process.ts'
import type { Run } from '../run.ts'
import type { Column, Settings } from '../settings.ts'
import { type Contestant, type Figure, isMeasured, type Timing, takeTurns } from '../timing.ts'

/** A column of figures within a table: an engine, and how many threads it may use. */
interface Entrant {
  readonly name: string
  readonly engine: EngineName
  readonly threads?: number
  readonly columns: readonly Column[]
}

const methods = ['saliency', 'grad-cam', 'smooth-grad-50', 'ig', 'ig-50'] as const
const passes = ['forward', 'gradient'] as const

/** Who takes part: PyTorch on one thread and stock TensorFlow.js only beside our own wasm, workers only where they help. */
function entrants({ backend, torchDevice, cores }: Settings): Entrant[] {
  const onWasm = backend === 'wasm'
  const withoutStop = methods.filter((method) => method !== 'ig')
  const torch = { engine: 'torch', columns: [...passes, ...withoutStop] } as const
  return [
    { name: 'explainnet', engine: 'explainnet', columns: [...passes, ...methods] },
    ...(onWasm && cores > 1 ? [{ name: 'explainnet-all', engine: 'explainnet-all', columns: methods } as const] : []),
    ...(onWasm
      ? [{ name: 'stock', engine: 'stock', columns: [...passes, 'saliency', 'smooth-grad-50', 'ig-50'] } as const]
      : []),
    ...(onWasm && torchDevice === 'cpu' ? [{ ...torch, name: 'torch-1', threads: 1 }] : []),
    { ...torch, name: 'torch-all', threads: cores },
  ]
}

const operations = {
  forward: { name: 'forward', rows: examples },
  gradient: { name: 'gradient', rows: examples },
  saliency: { name: 'saliency' },
  'grad-cam': { name: 'grad-cam' },
  'smooth-grad-50': { name: 'smooth-grad' },
  ig: { name: 'integrated-gradients' },
  'ig-50': { name: 'integrated-gradients', steps: 50 },
} as const

/** Tables of times: each network by each engine. */
export async function measureNetworks(run: Run): Promise<void> {
  const { settings, engines } = run
  for (const row of run.rows) {
    const network = await run.network(row)
    const ready: { entrant: Entrant; process: Process }[] = []
    for (const entrant of entrants(settings)) {
      try {
        ready.push({ entrant, process: await engines.load(entrant.engine, network) })
      } catch (error) {
        run.announce(`${entrant.name} is left out: ${(error as Error).message}`)
      }
    }
    await run.record(`networks/${row}`, { weights: network.weights, images: network.images })
    let layer: string | undefined
    let gradientOfStock: Figure | undefined
    for (const column of settings.columns) {
      run.announce(`${row}, ${column}`)
      const contestants = ready
        .filter(({ entrant }) => entrant.columns.includes(column))
        // PyTorch is told which layer ours took.
        .filter(({ entrant }) => column !== 'grad-cam' || entrant.engine !== 'torch')
        .map(({ entrant, process }) => contestantOf(entrant, process, column, gradientOfStock))
      const patience = settings.patience[column === 'forward' || column === 'gradient' ? 'pass' : 'method']
      const figures = await takeTurns(contestants, { runs: settings.runs, patience })
      if (column === 'grad-cam') {
        const ours = figures['explainnet']
        if (isMeasured(ours)) layer = ours.layer
        const others = ready
          .filter(({ entrant }) => entrant.engine === 'torch' && layer !== undefined)
          .map(({ entrant, process }) => contestantOf(entrant, process, column, undefined, layer))
        Object.assign(figures, await takeTurns(others, { runs: settings.runs, patience }))
      }
      if (column === 'gradient') gradientOfStock = figures['stock']
      for (const [name, figure] of Object.entries(figures))
        await run.record(`networks/${row}/${column}/${name}`, figure)
    }
  }
}

/** Fifty gradients by hand that would take longer than this are not run: what they take is known from one. */
const longest = 20_000

function contestantOf(
  { name, threads }: Entrant,
  process: Process,
  column: Column,
  gradientOfStock: Figure | undefined,
  layer?: string,
): Contestant {
  const operation = { ...operations[column], ...(threads ? { threads } : {}), ...(layer ? { layer } : {}) }
  return {
    name,
    async run() {
      if (name === 'stock' && column.endsWith('-50') && gradientOfStock && isMeasured(gradientOfStock)) {
        const expected = (gradientOfStock.milliseconds * 50) / examples
        if (expected > longest) throw new Error(`not run: about ${Math.round(expected / 1000)} s`)
      }
      return process.ask<Timing>('time', operation)
    },
  }
}
