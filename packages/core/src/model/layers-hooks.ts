import type { Tensor } from '@tensorflow/tfjs-core'
import { type Container, isContainer, type Layer, type LayerCall } from './layers-graph.ts'

export interface Hooks {
  /** Before the layer runs; what it returns is called when it is through, however that ends. */
  enter?(path: string, call: number, layer: Layer): (() => void) | undefined
  /** Replaces the layer's output. */
  leave?(path: string, call: number, output: Tensor | Tensor[]): Tensor | Tensor[]
}

/** Runs `body` with every layer's `call` wrapped, and takes the wrappers off again on every path. */
export function withHooks<T>(calls: readonly LayerCall[], hooks: Hooks, body: () => T): T {
  const counts = new Map<string, number>()
  const undo: (() => void)[] = []
  let prefix = ''
  for (const layer of new Set(calls.map((call) => call.layer))) {
    const owned = Object.hasOwn(layer, 'call')
    const original = layer.call
    layer.call = (inputs, kwargs) => {
      const path = prefix + layer.name
      const call = counts.get(path) ?? 0
      counts.set(path, call + 1)
      const outside = prefix
      if (isContainer(layer)) prefix = `${path}/`
      const exit = hooks.enter?.(path, call, layer)
      try {
        const output = original.call(layer, inputs, kwargs)
        return hooks.leave ? hooks.leave(path, call, output) : output
      } finally {
        exit?.()
        prefix = outside
      }
    }
    undo.push(() => {
      if (owned) layer.call = original
      else delete (layer as Partial<Container>).call
    })
  }
  try {
    return body()
  } finally {
    for (const restore of undo) restore()
  }
}
