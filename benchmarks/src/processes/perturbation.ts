// How much perturbation methods and metrics add to their bare forward passes, and how much memory they hold.
import { type Attribution, explain, type LayeredModel, type NDArray } from '@explainnet/core'
import { deletion, insertion } from '@explainnet/metrics'
import { type BackendName, loadModel, useBackend } from '@explainnet/node'
import { rise } from '@explainnet/rise'
import { saliency } from '@explainnet/saliency'
import { sise } from '@explainnet/sise'
import { readExamples } from './examples.ts'
import { take } from './operations.ts'
import { serve } from './serve.ts'

export type Perturbation = 'rise' | 'sise' | 'deletion' | 'insertion'

let model: LayeredModel
let example: NDArray
let map: Attribution

await serve({
  async load({
    folder,
    inputs,
    backend,
  }: {
    folder: string
    inputs: { path: string; shape: number[] }
    backend: BackendName
  }) {
    await useBackend(backend)
    model = await loadModel(folder)
    example = take(await readExamples(inputs), { name: 'forward' })
    map = await explain(model, example, saliency())
    return { rss: process.memoryUsage.rss() }
  },
  async method({ name, passes }: { name: Perturbation; passes: number }) {
    const began = performance.now()
    const { forward, backward } = await costOf(name, passes)
    return { milliseconds: performance.now() - began, forward, backward }
  },
  /** As many passes with nothing between them, `batch` at a time. */
  async bare({ forward, backward, batch }: { forward: number; backward: number; batch: number }) {
    const input = model.inputs[0]!.name
    const rows = (count: number) => ({ [input]: take(example, { name: 'forward', rows: count }) })
    const full = rows(batch)
    const began = performance.now()
    for (let done = backward; done < forward; done += batch) {
      const left = Math.min(batch, forward - done)
      await model.predict(left === batch ? full : rows(left), { space: 'probability' })
    }
    for (let done = 0; done < backward; done++) await explain(model, example, saliency(), { target: 0 })
    return { milliseconds: performance.now() - began }
  },
  async peak({ passes }: { passes: number }) {
    await costOf('rise', passes)
    return { peak: process.resourceUsage().maxRSS * 1024 }
  },
})

async function costOf(name: Perturbation, passes: number): Promise<{ forward: number; backward: number }> {
  switch (name) {
    case 'rise':
      return (await explain(model, example, rise({ masks: passes }))).certificate.cost
    case 'sise':
      return (await explain(model, example, sise())).certificate.cost
    case 'deletion':
      return (await deletion(model, example, map, { steps: passes, trivial: [] })).cost
    case 'insertion':
      return (await insertion(model, example, map, { steps: passes, trivial: [] })).cost
  }
}
