import { ExplainError } from '@explainnet/core'
import { LayersModel, type layers } from '@tensorflow/tfjs-layers'

/** Refuses normalisation over an axis that is not the last, which TensorFlow.js gets wrong, and softmax, which it does not have. */
export function refuseInnerAxes(network: LayersModel): void {
  const found = innerAxes(network)
  if (found.length === 0) return
  throw new ExplainError(
    'unsupported-model',
    `TensorFlow.js cannot compute what this Keras model computes. It cannot do ${found.join(', ')}.`,
    'Permute the axes around these layers in Keras, and save the model again.',
  )
}

function innerAxes(network: LayersModel): string[] {
  return network.layers.flatMap((layer) => {
    if (layer instanceof LayersModel) return innerAxes(layer)
    const type = layer.getClassName()
    if (type !== 'BatchNormalization' && type !== 'Softmax') return []
    const { axis } = layer as layers.Layer & { readonly axis: number }
    const rank = layer.inboundNodes[0]!.inputTensors[0]!.shape.length
    return axis === -1 || axis === rank - 1 ? [] : [`axis ${axis} of ${rank} of ${type} ('${layer.name}')`]
  })
}
