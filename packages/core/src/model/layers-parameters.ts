import { tensor, tidy } from '@tensorflow/tfjs-core'
import type { Parameter } from '../api.ts'
import { isContainer, type LayerCall } from './layers-graph.ts'

/** Every weight once, in the order in which the layers first run. */
export function parametersOf(calls: readonly LayerCall[], onWrite: () => void): readonly Parameter[] {
  const seen = new Set<object>()
  return calls
    .filter(({ layer }) => !isContainer(layer))
    .flatMap(({ path, layer }) =>
      layer.weights
        .filter((weight) => !seen.has(weight) && seen.add(weight))
        .map((weight): Parameter => {
          const { shape } = weight.read()
          return {
            name: weight.name,
            layer: path,
            shape,
            read: async () => Float32Array.from(await weight.read().data()),
            write(values) {
              tidy(() => {
                weight.write(tensor(values, shape, weight.read().dtype))
              })
              onWrite()
            },
          }
        }),
    )
}
