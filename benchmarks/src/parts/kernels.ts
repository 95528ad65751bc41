import type { KernelCounts } from '../processes/count-kernels.ts'
import type { Run } from '../run.ts'

/** Which kernels run in a pass over one example: none may belong to the gradient of a weight. */
export async function countNetworkKernels(run: Run): Promise<void> {
  for (const row of run.rows) {
    const network = await run.network(row)
    for (const engine of run.settings.backend === 'wasm'
      ? (['explainnet', 'stock'] as const)
      : (['explainnet'] as const)) {
      run.announce(`kernels of ${row}, ${engine}`)
      let counts: KernelCounts | { failure: string }
      try {
        counts = await (await run.engines.load(engine, network)).ask<KernelCounts>('kernels')
      } catch (error) {
        counts = { failure: (error as Error).message }
      }
      await run.record(`kernels/${row}/${engine}`, counts)
    }
  }
}
