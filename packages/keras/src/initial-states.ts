import { LayersModel } from '@tensorflow/tfjs-layers'

/**
 * States that a recurrent layer begins with are among its inputs. TensorFlow.js writes them into the arguments of the call, too, which all
 * layers of a network share: the next one would begin with them.
 */
export function keepStatesApart(network: LayersModel): void {
  for (const layer of network.layers) {
    if (layer instanceof LayersModel) keepStatesApart(layer)
    else if (layer.inboundNodes.some(({ inputTensors }) => inputTensors.length > 1)) {
      for (const { callArgs } of layer.inboundNodes) if (callArgs) delete callArgs['initialState']
      const apply = layer.apply.bind(layer)
      layer.apply = (inputs, kwargs) => apply(inputs, { ...kwargs })
    }
  }
}
