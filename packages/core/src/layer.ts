import type { LayeredModel, LayerInfo, LayerRef } from './api.ts'
import { ExplainError } from './errors.ts'

export interface FoundLayer {
  readonly layer: LayerInfo & LayerRef
  /** Set when the layer was chosen and is coarse: what to tell, naming the one before. */
  readonly warning?: string
}

// What follows a feature map without being one of its own.
const passing = /pool|dropout|pad|flatten|reshape|squeeze|expanddims|identity|cast|mean|input|placeholder|const/i

/**
 * The named layer, or the one that CAM methods take: the card's, else the last activated map with spatial axes before
 * pooling or Flatten. Throws `unknown-layer`, naming those that come closest.
 */
export function findLayer(model: LayeredModel, choice: string | LayerRef | undefined): FoundLayer {
  const layers = model.layers()
  const wanted = choice ?? model.card?.targetLayer
  if (wanted !== undefined) {
    const { name, call } = typeof wanted === 'string' ? { name: wanted, call: undefined } : wanted
    const info = layers.find((layer) => layer.name === name)
    if (!info) throw unknownLayer(name, layers)
    if (call !== undefined && !(call >= 0 && call < info.calls)) {
      throw new ExplainError(
        'unknown-layer',
        `Layer '${name}' has no call ${call}.`,
        info.calls === 1 ? 'It runs once: leave `call` out.' : `It runs ${info.calls} times: 0 to ${info.calls - 1}.`,
      )
    }
    return { layer: { ...info, call: call ?? info.calls - 1 } }
  }
  const maps = candidateLayers(model)
  const chosen = maps.at(-1)
  if (!chosen) {
    throw new ExplainError(
      'unknown-layer',
      'The model has no layer with spatial axes.',
      'CAM methods need one; name a layer, or use a gradient method.',
    )
  }
  const layer = { ...chosen, call: chosen.calls - 1 }
  const sides = sidesOf(chosen)
  if (sides.every((side) => side !== null && side >= 5)) return { layer }
  if (sides.some((side) => side === null)) return { layer }
  const before = maps.findLast((map) => sidesOf(map).every((side, i) => side !== null && side > sides[i]!))
  const hint = before ? ` The one before is '${before.name}' (${sidesOf(before).join('×')}).` : ''
  return { layer, warning: `Layer '${chosen.name}' is only ${sides.join('×')}.${hint}` }
}

/** Every layer that CAM methods can take, in run order: spatial, not pooling or the like, not an output. */
export function candidateLayers(model: LayeredModel): readonly LayerInfo[] {
  const layers = model.layers()
  const outputs = new Set(model.outputs.map((output) => output.name))
  const activated = new Set(layers.filter((layer) => isActivation(layer.type)).flatMap((layer) => layer.from))
  // Through a normalisation that stands between a convolution and its activation.
  for (const layer of layers.toReversed()) {
    if (activated.has(layer.name) && /norm/i.test(layer.type)) for (const name of layer.from) activated.add(name)
  }
  return layers.filter(
    (layer) =>
      layer.spatial &&
      layer.from.length > 0 &&
      !passing.test(layer.type) &&
      !outputs.has(layer.name) &&
      // A map whose activation is a layer of its own comes after that.
      !activated.has(layer.name),
  )
}

const isActivation = (type: string) =>
  /^(activation|relu\w*|leakyrelu|prelu|elu|selu|softplus|sigmoid|tanh)$/i.test(type)

const sidesOf = (layer: LayerInfo) => layer.shape.slice(1, -1)

function unknownLayer(name: string, layers: readonly LayerInfo[]): ExplainError {
  const close = layers
    .map((layer) => ({ layer: layer.name, distance: editDistance(name, layer.name) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
  return new ExplainError(
    'unknown-layer',
    `The model has no layer '${name}'.`,
    `Closest are ${close.map((one) => `'${one.layer}'`).join(', ')}.`,
  )
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}
