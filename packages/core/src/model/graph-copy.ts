import { keep, type Tensor } from '@tensorflow/tfjs-core'
import { type GraphInternals, type GraphModelLike, internalsOf } from './graph-nodes.ts'

type Executor = GraphInternals['executor']

/**
 * A GraphModel that runs the same nodes on weights of its own. The topology is shared, since running does not change it;
 * so are the weights' numbers until one of them is written, since tensors are immutable.
 */
export function copyGraph(model: GraphModelLike): { readonly copied: GraphModelLike; dispose(): void } {
  const { executor } = internalsOf(model)
  const weightMap: Record<string, Tensor[]> = Object.fromEntries(
    Object.entries(executor.weightMap).map(([name, tensors]) => [name, tensors.map((one) => keep(one.clone()))]),
  )
  const Again = executor.constructor as new (graph: Executor['graph']) => Executor
  const own = Object.assign(new Again(executor.graph), {
    weightMap,
    resourceManager: (model as unknown as { resourceManager?: unknown }).resourceManager,
  })
  return {
    copied: Object.create(model, { executor: { value: own } }) as GraphModelLike,
    dispose() {
      for (const tensor of Object.values(weightMap).flat()) tensor.dispose()
    },
  }
}
