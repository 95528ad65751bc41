import type { Run } from '../run.ts'
import { type Timing, takeTurns } from '../timing.ts'

/** Throughput of two workers and of one: saliency of 64 images. */
export async function measureWorkers(run: Run): Promise<void> {
  const network = await run.network('hmt')
  const rows = run.settings.quick ? 16 : 64
  run.announce(`saliency of ${rows} images by one and by ${run.settings.cores} workers`)
  const contestants = []
  for (const name of ['pool-1', 'explainnet-all'] as const) {
    const process = await run.engines.load(name, network)
    contestants.push({ name, run: () => process.ask<Timing>('time', { name: 'saliency', rows }) })
  }
  const figures = await takeTurns(contestants, { runs: run.settings.runs, patience: run.settings.patience.pass })
  await run.record('workers', { rows, workers: run.settings.cores, figures })
}
