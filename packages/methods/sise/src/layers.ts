import { candidateLayers, type LayeredModel, type LayerInfo } from '@explainnet/core'

// What stands between a feature map and the layer that makes it smaller.
const passing = /pad|dropout|identity|cast/i

/**
 * The layers that SISE looks at, in run order: the last tensor before every drop in spatial size, and the last activated map.
 *
 * Found from the graph of any network with one or more spatial axes, by the sizes alone: a drop is a layer whose output has at
 * most two thirds of the positions of what it reads along some axis, so that pooling and strides of 2 and more count, and edges
 * lost by convolutions without padding rarely do. Where branches of one block drop side by side, the tensor that all of them come from stands for
 * the drop. Pooling to a single position is no drop: it ends the last block, or belongs to a squeeze-and-excitation.
 *
 * A model that leaves its input size open tells no sizes; then drops are its pooling layers.
 */
export function siseLayers(model: LayeredModel): readonly LayerInfo[] {
  const layers = model.layers()
  const byName = new Map(layers.map((layer) => [layer.name, layer]))
  const sourcesOf = (layer: LayerInfo) => layer.from.flatMap((name) => byName.get(name) ?? [])
  const ends = new Set<LayerInfo>()
  for (const layer of layers) {
    for (const source of sourcesOf(layer)) {
      let map = source
      while (drops(source, layer) && passing.test(map.type) && sourcesOf(map).length > 0) map = sourcesOf(map)[0]!
      if (drops(source, layer) && map.from.length > 0) ends.add(map)
    }
  }
  /** Those before a layer that it is reached from without a change of size. */
  const before = (layer: LayerInfo) => {
    const reached = new Set([layer])
    for (const one of reached) for (const source of sourcesOf(one)) if (sameSides(source, layer)) reached.add(source)
    reached.delete(layer)
    return reached
  }
  const chosen = new Set([...ends].filter((layer) => ![...before(layer)].some((one) => ends.has(one))))
  const last = candidateLayers(model).findLast((layer) => !isSingle(layer))
  return layers.filter((layer) => chosen.has(layer) || layer.name === last?.name)
}

const sidesOf = (layer: LayerInfo) => layer.shape.slice(1, -1)
const isSingle = (layer: LayerInfo) => sidesOf(layer).every((side) => side === 1)
const sameSides = (a: LayerInfo, b: LayerInfo) => sidesOf(a).join() === sidesOf(b).join()

function drops(from: LayerInfo, to: LayerInfo): boolean {
  if (!from.spatial || !to.spatial || from.shape.length !== to.shape.length || isSingle(to)) return false
  if ([...sidesOf(from), ...sidesOf(to)].includes(null)) return /pool/i.test(to.type) && !/global/i.test(to.type)
  return sidesOf(to).some((side, axis) => side! * 3 <= sidesOf(from)[axis]! * 2)
}
