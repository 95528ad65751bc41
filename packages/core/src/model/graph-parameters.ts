import { keep, tensor } from '@tensorflow/tfjs-core'
import type { Parameter } from '../api.ts'
import type { GraphInternals, GraphNode } from './graph-nodes.ts'

/** Weights of a graph belong to the first node that reads them. Writing puts another tensor in the old one's place. */
export function parametersOf(
  nodes: readonly GraphNode[],
  weightMap: GraphInternals['executor']['weightMap'],
  onWrite: () => void,
): readonly Parameter[] {
  const seen = new Set<string>()
  return nodes.flatMap((node) =>
    node.inputs
      .filter(({ name }) => weightMap[name]?.[0]?.dtype === 'float32' && !seen.has(name) && seen.add(name))
      .map(({ name }): Parameter => {
        const { shape } = weightMap[name]![0]!
        return {
          name,
          layer: node.name,
          shape,
          read: async () => Float32Array.from(await weightMap[name]![0]!.data()),
          write(values) {
            weightMap[name]![0]!.dispose()
            weightMap[name]![0] = keep(tensor(values, shape, 'float32'))
            onWrite()
          },
        }
      }),
  )
}
