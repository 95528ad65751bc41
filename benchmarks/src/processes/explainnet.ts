// ExplainNet itself: in this thread, or with a pool of workers.
import { explain, type LayeredModel, type NDArray } from '@explainnet/core'
import { type BackendName, loadModel, loadModelPool, useBackend } from '@explainnet/node'
import { saliency } from '@explainnet/saliency'
import { countKernels } from './count-kernels.ts'
import { readExamples, readFloats } from './examples.ts'
import { type Operation, run } from './operations.ts'
import { serve } from './serve.ts'

let backend: BackendName
let workers: number | undefined
let model: (LayeredModel & { close?(): Promise<void> }) | undefined
let examples: NDArray

await serve({
  /** With `workers`, each has the backend; without, this thread. */
  async start(params: { backend: BackendName; workers?: number }) {
    ;({ backend, workers } = params)
    return workers === undefined ? await useBackend(backend) : { device: `${workers} workers` }
  },
  async load({ folder, inputs }: { folder: string; inputs: { path: string; shape: number[] } }) {
    await model?.close?.()
    model = workers === undefined ? await loadModel(folder) : await loadModelPool(folder, { workers, backend })
    examples = await readExamples(inputs)
  },
  async time(operation: Operation) {
    const began = performance.now()
    const { evaluations, layer } = await run(model!, examples, operation)
    return { milliseconds: performance.now() - began, evaluations, layer }
  },
  /** ∥map − reference∥₁ ÷ ∥reference∥₁ */
  async error({ operation, reference }: { operation: Operation; reference: string }) {
    const [{ values, evaluations }, truth] = await Promise.all([
      run(model!, examples, operation),
      readFloats(reference),
    ])
    let [off, size] = [0, 0]
    values!.forEach((value, i) => {
      off += Math.abs(value - truth[i]!)
      size += Math.abs(truth[i]!)
    })
    return { error: off / size, evaluations }
  },
  /** The predicted class of each example and its logit. */
  async scores() {
    const { certificate } = await explain(model!, examples, saliency())
    return certificate.targets.map(({ index, score }) => ({ index, score }))
  },
  kernels: () => countKernels((operation) => run(model!, examples, { name: operation, rows: 1 })),
})
