import { ExplainError } from '@explainnet/core'
import { LayersModel } from '@tensorflow/tfjs-layers'
import { isZip, readArchive } from './archive.ts'
import { buildNetwork } from './build.ts'
import { tfjsTopology } from './config/topology.ts'
import { isHDF5, readHDF5, type StoredGroup } from './hdf5.ts'
import { assign } from './weights/assign.ts'
import { findKeras2Weights } from './weights/keras2.ts'
import { findKeras3Weights, layerFolders } from './weights/keras3.ts'

export interface ReadKerasOptions {
  /**
   * For files of weights alone: what Keras's `model.to_json()` writes, as text or parsed, or a tf.LayersModel, whose weights are
   * replaced. It takes the place of an architecture in the file.
   */
  readonly architecture?: string | object | undefined
}

/**
 * The network of a Keras file: `.h5` of Keras 2 or 3 (a whole model, or weights), `.keras`, or `.weights.h5`. Its numbers are those of
 * Keras up to rounding: weights of any float type become 32-bit floats; what only a training needs (initialisers, regularisers,
 * constraints, optimiser) is left out. The HDF5 reader is loaded when first needed. Dispose the network when it has done its work.
 *
 * @throws ExplainError `bad-file` (damaged, cut short, no Keras file; weights that do not fit the architecture, with the layer and both
 * shapes), `unsupported-model` (layers or arguments that TensorFlow.js does not have, all of them named), `bad-option` (weights without
 * an architecture). No tensor is left behind then, and a network given as architecture keeps its weights.
 */
export function readKeras(file: ArrayBuffer | Uint8Array | Blob, options: ReadKerasOptions = {}): Promise<LayersModel> {
  return withNetwork(file, options, (network) => network)
}

/** What `use` makes of the network; if it throws, the network is disposed. */
export async function withNetwork<T>(
  file: ArrayBuffer | Uint8Array | Blob,
  { architecture }: ReadKerasOptions,
  use: (network: LayersModel) => T,
): Promise<T> {
  const bytes =
    file instanceof Uint8Array ? file : new Uint8Array(file instanceof Blob ? await file.arrayBuffer() : file)
  const { weights, config, version } = await contentOf(bytes)
  const fill = (network: LayersModel) => {
    const isKeras3 = layerFolders.some((folder) => weights.groups.has(folder))
    assign(isKeras3 ? findKeras3Weights(weights, network) : findKeras2Weights(weights, network))
    return use(network)
  }
  if (architecture instanceof LayersModel) return fill(architecture)
  if (architecture !== undefined) {
    return buildNetwork(tfjsTopology(typeof architecture === 'string' ? parse(architecture) : architecture), fill)
  }
  if (config === undefined) {
    throw new ExplainError(
      'bad-option',
      'The file holds weights without an architecture.',
      'Give the architecture: the JSON that model.to_json() writes, or a tf.LayersModel.',
    )
  }
  return buildNetwork(tfjsTopology(config, version), fill)
}

interface Content {
  readonly weights: StoredGroup
  readonly config: unknown
  /** Of Keras, such as `2.15.0`. */
  readonly version: string | undefined
}

/** What the optimiser kept is of no use, and often twice as large as the weights. */
const optimiser = new Set(['optimizer', 'optimizer_weights'])

async function contentOf(bytes: Uint8Array): Promise<Content> {
  if (isZip(bytes)) {
    const { config, version, weights } = readArchive(bytes)
    return { weights: await readHDF5(weights, optimiser), config, version }
  }
  if (!isHDF5(bytes)) {
    throw new ExplainError(
      'bad-file',
      'This is no Keras file: neither HDF5 nor a zip file.',
      'Give a .h5, .keras or .weights.h5 file.',
    )
  }
  const weights = await readHDF5(bytes, optimiser)
  const [config, version] = ['model_config', 'keras_version'].map((name) => weights.attributes.get(name))
  return {
    weights,
    config: typeof config === 'string' ? parse(config) : undefined,
    version: typeof version === 'string' ? version : undefined,
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ExplainError('bad-file', 'The architecture is no whole JSON.', 'Give what model.to_json() writes.', {
      cause,
    })
  }
}
