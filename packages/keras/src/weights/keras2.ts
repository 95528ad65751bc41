import { ExplainError } from '@explainnet/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { StoredGroup } from '../hdf5.ts'
import { type Assignment, misfit } from './assign.ts'
import { arrayAt, groupAt } from './paths.ts'

/** Keras 2's layout, which Keras 3 still writes into whole `.h5` files: each layer's weights in order, by its name. */
export function findKeras2Weights(file: StoredGroup, model: LayersModel): Assignment[] {
  const root = file.groups.get('model_weights') ?? file
  const stored = list(root, 'layer_names')
    .map((name) => ({ name, arrays: arraysOf(root, name) }))
    .filter(({ arrays }) => arrays.length > 0)
  const weighted = model.layers.filter(({ weights }) => weights.length > 0)
  const named = new Map(weighted.map((layer) => [layer.name, layer]))
  // An architecture that was written anew has other names, but the same layers in the same order.
  const inOrder = stored.length === weighted.length && stored.some(({ name }) => !named.has(name))
  const found = new Map(
    stored.map(({ name, arrays }, i) => {
      const layer = inOrder ? weighted[i] : named.get(name)
      if (!layer) throw misfit(`the file holds weights of '${name}', the architecture has no such layer`)
      return [layer, arrays]
    }),
  )
  return weighted.map((layer) => ({
    layer: layer.name,
    // Keras's order: what is trained, then the rest.
    variables: [...layer.trainableWeights, ...layer.nonTrainableWeights],
    arrays: found.get(layer) ?? [],
  }))
}

function arraysOf(root: StoredGroup, layer: string) {
  const group = groupAt(root, layer)
  if (!group) throw damaged(layer)
  return list(group, 'weight_names').map((name) => arrayAt(group, name) ?? damaged(`${layer}/${name}`))
}

/** Lists too long for one attribute are cut into several, numbered from 0. */
function list({ attributes }: StoredGroup, name: string): string[] {
  const whole = attributes.get(name)
  if (whole !== undefined) return [whole].flat()
  const parts: string[] = []
  for (let i = 0; attributes.has(`${name}${i}`); i++) parts.push(...[attributes.get(`${name}${i}`)!].flat())
  return parts
}

function damaged(path: string): never {
  throw new ExplainError('bad-file', `The file names weights that it does not hold: ${path}.`, 'Save it again.')
}
