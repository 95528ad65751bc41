import { LayersModel, type layers } from '@tensorflow/tfjs-layers'
import type { StoredGroup } from '../hdf5.ts'
import { type Assignment, misfit } from './assign.ts'
import { groupAt } from './paths.ts'

/** The folders that hold a model's layers: of Keras 3, and of the `.keras` files of Keras 2.12 to 2.15. */
export const layerFolders = ['layers', '_layer_checkpoint_dependencies']

/** Keras 3's layout: the folders of the file are the layers, named by their types and numbered in order. */
export function findKeras3Weights(file: StoredGroup, model: LayersModel): Assignment[] {
  const used = new Set<string>()
  const found = walk(file, '', '', model, used)
  const strange = layerFolders.flatMap((folder) => storedAt(file, folder)).find((path) => !used.has(path))
  if (strange !== undefined) throw misfit(`the file holds weights of ${strange}, the architecture has no such layer`)
  return found
}

function walk(file: StoredGroup, path: string, name: string, layer: layers.Layer, used: Set<string>): Assignment[] {
  const parts = partsOf(layer)
  if (!parts) {
    used.add(path)
    const stored = groupAt(file, join(path, 'vars'))?.arrays ?? new Map()
    const arrays = [...stored].sort(([a], [b]) => Number(a) - Number(b)).map(([, array]) => array)
    const variables = [...layer.trainableWeights, ...layer.nonTrainableWeights]
    return variables.length + arrays.length === 0 ? [] : [{ layer: name, variables, arrays }]
  }
  return Object.entries(parts).flatMap(([key, inner]) => {
    if (!Array.isArray(inner)) return walk(file, join(path, key), name, inner, used)
    const folder = key === 'layers' ? (layerFolders.find((one) => groupAt(file, join(path, one))) ?? key) : key
    const folders = numbered(inner)
    return inner.flatMap((one, i) => {
      const within = key === 'layers' ? join(name, one.name) : name
      return walk(file, join(path, folder, folders[i]!), within, one, used)
    })
  })
}

type Parts = Readonly<Record<string, layers.Layer | layers.Layer[]>>

/** The layers that a layer is made of, by the names of their folders; undefined if its weights are its own. */
function partsOf(layer: layers.Layer): Parts | undefined {
  if (layer instanceof LayersModel) return { layers: layer.layers }
  const { forwardLayer, backwardLayer, layer: wrapped, cell, cells } = layer as layers.Layer & Parts
  if (forwardLayer && backwardLayer) return { forward_layer: forwardLayer, backward_layer: backwardLayer }
  if (wrapped) return { layer: wrapped }
  if (cell) return { cell }
  if (cells) return { cells }
  return undefined
}

function numbered(inner: readonly layers.Layer[]): string[] {
  const counts = new Map<string, number>()
  return inner.map((layer) => {
    const folder = folderName(layer)
    const before = counts.get(folder) ?? 0
    counts.set(folder, before + 1)
    return before === 0 ? folder : `${folder}_${before}`
  })
}

/** Keras's snake case: Conv2D is conv2d, LSTMCell is lstm_cell, PReLU is p_re_lu. */
function folderName(layer: layers.Layer): string {
  const type = layer.getClassName()
  return (type === 'Model' ? 'Functional' : type)
    .replace(/^ResetAfter/, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
}

/** Where there are weights. The states of random generators are none. */
function storedAt(file: StoredGroup, path: string): string[] {
  const group = groupAt(file, path)
  if (!group) return []
  const own = group.groups.get('vars')?.arrays.size ? [path] : []
  const inner = [...group.groups.keys()].filter((name) => name !== 'vars' && name !== 'seed_generator')
  return [...own, ...inner.flatMap((name) => storedAt(file, join(path, name)))]
}

const join = (...parts: string[]) => parts.filter((part) => part !== '').join('/')
