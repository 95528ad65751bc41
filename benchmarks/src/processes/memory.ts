// Peak memory of one explanation, in a process that does nothing else.
import { writeFileSync } from 'node:fs'
import { type BackendName, loadModel, loadModelPool, useBackend } from '@explainnet/node'
import { readExamples } from './examples.ts'
import { type Operation, run } from './operations.ts'
import { serve } from './serve.ts'

await serve({
  async peak(params: {
    folder: string
    inputs: { path: string; shape: number[] }
    backend: BackendName
    workers?: number
    operation: Operation
  }) {
    const { folder, backend, workers } = params
    if (workers === undefined) await useBackend(backend)
    const model = workers === undefined ? await loadModel(folder) : await loadModelPool(folder, { workers, backend })
    const examples = await readExamples(params.inputs)
    const loaded = process.memoryUsage.rss()
    const reset = forgetPeak()
    await run(model, examples, params.operation)
    return { loaded, peak: process.resourceUsage().maxRSS * 1024, reset }
  },
})

/** So that a peak while loading does not count. Only Linux can; elsewhere the figure is an upper bound. */
function forgetPeak(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
    return true
  } catch {
    return false
  }
}
