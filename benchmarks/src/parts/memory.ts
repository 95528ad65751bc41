import { nodeProcess } from '../processes/process.ts'
import type { Run } from '../run.ts'
import { median } from '../timing.ts'

interface Peak {
  readonly loaded: number
  readonly peak: number
  readonly reset: boolean
}

/** Peak memory of integrated gradients with 50 steps of one image, each time in a process of its own; medians of three. */
export async function measureMemory(run: Run): Promise<void> {
  const network = await run.network('hmt')
  const { backend, cores } = run.settings
  for (const workers of [undefined, cores]) {
    run.announce(`peak memory, ${workers ? `${workers} workers` : 'one thread'}`)
    const peaks: Peak[] = []
    for (let i = 0; i < Math.min(3, run.settings.runs); i++) {
      const process = nodeProcess('./memory.ts')
      const operation = { name: 'integrated-gradients', steps: 50 }
      peaks.push(await process.ask<Peak>('peak', { ...network, backend, workers, operation }))
      process.close()
    }
    await run.record(`memory/${workers ? 'all' : 'one'}`, {
      /** GiB above what the loaded model takes. */
      added: median(peaks.map(({ peak, loaded }) => (peak - loaded) / 2 ** 30)),
      loaded: median(peaks.map(({ loaded }) => loaded / 2 ** 30)),
      /** Whether peaks while loading could be left out. */
      exact: peaks.every(({ reset }) => reset),
    })
  }
}
