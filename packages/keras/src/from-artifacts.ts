import { dispose, io } from '@tensorflow/tfjs-core'
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers'
import { keepStatesApart } from './initial-states.ts'
import { registerKerasLayers } from './layers/register.ts'

/**
 * The network that TensorFlow.js's own files hold, which may have come from Keras and hold layers of this package; 16-bit and quantised
 * weights become 32-bit floats. Throws what TensorFlow.js throws; the variables of layers that it had built by then stay registered with it.
 */
export async function layersFromArtifacts({
  weightData,
  weightSpecs = [],
  ...rest
}: io.ModelArtifacts): Promise<LayersModel> {
  // tfjs skips costly initialisers only for weights that it loads itself, and loses those when they do not fit the layers. It reads
  // `weightData` once to learn whether there are weights, and once more to load them: there it finds none, and they are loaded here.
  let asked = 0
  const topology = {
    ...rest,
    // What a training needs is not needed, and may be of a kind that tfjs does not have.
    trainingConfig: undefined,
    weightSpecs: [],
    get weightData() {
      asked += 1
      return asked === 1 ? new ArrayBuffer(0) : undefined
    },
  } as unknown as io.ModelArtifacts
  registerKerasLayers()
  const model = await loadLayersModel({ load: async () => topology })
  keepStatesApart(model)
  const weights = io.decodeWeights(
    weightData!,
    weightSpecs.filter(({ group }) => group !== 'optimizer'),
  )
  try {
    model.loadWeights(weights)
  } finally {
    dispose(weights)
  }
  return model
}
