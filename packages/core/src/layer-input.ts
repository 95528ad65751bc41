import type { LayeredModel, LayerInfo, TensorSpec } from './api.ts'
import { ExplainError } from './errors.ts'

/**
 * The input that a layer's map lies on: one that leads to the layer and has as many spatial axes. Throws `unknown-layer` if no
 * input has as many.
 */
export function inputOfLayer(model: LayeredModel, layer: LayerInfo): TensorSpec {
  const layers = new Map(model.layers().map((one) => [one.name, one]))
  const above = new Set([layer.name])
  // A set grows while it is walked, so this reaches every ancestor.
  for (const name of above) for (const from of layers.get(name)?.from ?? []) above.add(from)
  const fitting = model.inputs.filter(({ shape }) => shape.length === layer.shape.length)
  const input = fitting.find(({ name }) => above.has(name)) ?? fitting[0]
  if (!input) {
    throw new ExplainError(
      'unknown-layer',
      `Layer '${layer.name}' has ${layer.shape.length - 2} spatial axes, and no input has as many.`,
      'Name a layer whose positions are those of an input.',
    )
  }
  return input
}
