import { type AdapterOptions, checkCard, fromLayersModel, type LoadedModel, owning } from '@explainnet/core'
import { type ReadKerasOptions, withNetwork } from './read-keras.ts'

export interface FromKerasOptions extends ReadKerasOptions, AdapterOptions {}

/**
 * A Keras file as a model that can be explained: `readKeras` and `fromLayersModel`. The card is checked against the network's input;
 * `dispose` frees the network. Throws as they do, and `bad-card`.
 */
export function fromKeras(file: ArrayBuffer | Uint8Array | Blob, options: FromKerasOptions = {}): Promise<LoadedModel> {
  return withNetwork(file, options, (network) => {
    const model = fromLayersModel(network, options)
    if (options.card) checkCard(options.card, model.inputs)
    return owning(model, network)
  })
}
