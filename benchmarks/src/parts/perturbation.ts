import type { Perturbation } from '../processes/perturbation.ts'
import { nodeProcess } from '../processes/process.ts'
import type { Run } from '../run.ts'
import { median } from '../timing.ts'

interface Timed {
  readonly milliseconds: number
  readonly forward: number
  readonly backward: number
}

/** What perturbations take beside their bare forward passes. */
export interface Overhead {
  /** Time of the method ÷ time of its passes in the best of these batches; the median of the runs. */
  readonly ratio: number
  readonly forward: number
  readonly milliseconds: number
  readonly bare: number
}

/** A few hundred passes tell the share of what is done between them; RISE-4000 is run for its memory. */
const passes = { rise: 256, sise: 0, deletion: 128, insertion: 128 } as const
const batches = [1, 4, 8]

/** RISE, SISE, deletion and insertion of one image by their bare passes, and the peak resident memory of RISE with 4000 masks. */
export async function measurePerturbation(run: Run): Promise<void> {
  const network = await run.network('hmt')
  const { backend, quick, runs } = run.settings
  const process = nodeProcess('./perturbation.ts')
  await process.ask('load', { ...network, backend })
  for (const name of Object.keys(passes) as Perturbation[]) {
    run.announce(`${name} by its bare passes`)
    const wanted = quick ? Math.ceil(passes[name] / 8) : passes[name]
    const ratios: { method: number; bare: number; forward: number }[] = []
    for (let turn = 0; turn < Math.min(3, runs); turn++) {
      const method = await process.ask<Timed>('method', { name, passes: wanted })
      const bare: number[] = []
      for (const batch of batches) {
        bare.push((await process.ask<{ milliseconds: number }>('bare', { ...method, batch })).milliseconds)
      }
      ratios.push({ method: method.milliseconds, bare: Math.min(...bare), forward: method.forward })
    }
    await run.record(`perturbation/${name}`, {
      ratio: median(ratios.map(({ method, bare }) => method / bare)),
      forward: ratios[0]!.forward,
      milliseconds: median(ratios.map(({ method }) => method)),
      bare: median(ratios.map(({ bare }) => bare)),
    } satisfies Overhead)
  }
  process.close()
  run.announce('peak memory of RISE with 4000 masks')
  const fresh = nodeProcess('./perturbation.ts')
  const { rss } = await fresh.ask<{ rss: number }>('load', { ...network, backend })
  const { peak } = await fresh.ask<{ peak: number }>('peak', { passes: quick ? 64 : 4000 })
  fresh.close()
  /** GiB, of the whole process: Node, the model and all. */
  await run.record('perturbation/memory', { peak: peak / 2 ** 30, loaded: rss / 2 ** 30 })
}
