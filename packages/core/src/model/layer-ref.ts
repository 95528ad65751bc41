import type { LayerInfo, LayerRef } from '../api.ts'
import { ExplainError } from '../errors.ts'

/** The layer's name and the number of its call, the last one if none is given. Throws `unknown-layer`. */
export function resolveLayer(layers: readonly LayerInfo[], { name, call }: LayerRef): Required<LayerRef> {
  const info = layers.find((layer) => layer.name === name)
  if (!info) {
    throw new ExplainError('unknown-layer', `The model has no layer '${name}'.`, 'Its `layers()` lists what it has.')
  }
  const resolved = call ?? info.calls - 1
  if (resolved >= 0 && resolved < info.calls) return { name, call: resolved }
  throw new ExplainError(
    'unknown-layer',
    `Layer '${name}' has no call ${resolved}.`,
    `It runs ${info.calls} times: 0 to ${info.calls - 1}.`,
  )
}
