import { ExplainError } from '@explainnet/core'
import { engine } from '@tensorflow/tfjs-core'
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers'
import type { Serialised } from './config/json.ts'
import { keepStatesApart } from './initial-states.ts'
import { refuseInnerAxes } from './inner-axes.ts'
import { registerKerasLayers } from './layers/register.ts'

/** A network of this topology, its weights zero, given to `finish`. Leaves no tensor behind if anything fails. */
export function buildNetwork<T>(topology: Serialised, finish: (network: LayersModel) => T): Promise<T> {
  return oneAtATime(async () => {
    const before = new Set(Object.values(engine().registeredVariables))
    try {
      const network = await instance(topology)
      refuseInnerAxes(network)
      keepStatesApart(network)
      return finish(network)
    } catch (error) {
      // TensorFlow.js forgets the layers that it had built when a later one failed.
      for (const variable of Object.values(engine().registeredVariables)) if (!before.has(variable)) variable.dispose()
      throw error
    }
  })
}

async function instance(topology: Serialised): Promise<LayersModel> {
  registerKerasLayers()
  try {
    return await loadLayersModel({ load: async () => ({ modelTopology: topology }) })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)
    throw new ExplainError(
      'unsupported-model',
      `TensorFlow.js cannot build the model: ${why}`,
      'Replace what it names in Keras, and save the model again.',
      { cause },
    )
  }
}

/** One after the other, so that a failure does not take another model's variables for its own. */
let last: Promise<unknown> = Promise.resolve()
function oneAtATime<T>(run: () => Promise<T>): Promise<T> {
  const result = last.then(run)
  last = result.catch(() => undefined)
  return result
}
