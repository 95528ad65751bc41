import { type AdapterOptions, checkCard, fromLayersModel, type LayeredModel } from '@explainnet/core'
import { type ReadKerasOptions, readKeras } from './read-keras.ts'

export interface FromKerasOptions extends ReadKerasOptions, AdapterOptions {}

/**
 * A Keras file as a model that can be explained: `readKeras` and `fromLayersModel`. The card is checked against the network's input.
 * Throws as they do, and `bad-card`.
 */
export async function fromKeras(
  file: ArrayBuffer | Uint8Array | Blob,
  options: FromKerasOptions = {},
): Promise<LayeredModel> {
  const network = await readKeras(file, options)
  try {
    const model = fromLayersModel(network, options)
    if (options.card) checkCard(options.card, model.inputs)
    return model
  } catch (error) {
    if (network !== options.architecture) network.dispose()
    throw error
  }
}
