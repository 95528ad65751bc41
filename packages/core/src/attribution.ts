import type { Tensor } from '@tensorflow/tfjs-core'
import type { Attribution, AttributionMap, Certificate, NamedArrays } from './api.ts'
import { ExplainError } from './errors.ts'

/** Puts the shortcuts for the only map beside the maps. */
export function createAttribution(
  maps: Readonly<Record<string, AttributionMap>>,
  extras: NamedArrays,
  certificate: Certificate,
): Attribution {
  const only = (): AttributionMap => {
    const all = Object.entries(maps)
    if (all.length === 1) return all[0]![1]
    throw new ExplainError(
      'several-maps',
      `There are ${all.length} maps (${all.map(([name]) => `'${name}'`).join(', ')}).`,
      'Take the one you want from `maps`.',
    )
  }
  return {
    maps,
    extras,
    certificate,
    get values() {
      return only().data
    },
    get shape() {
      return only().shape
    },
    get axes() {
      return only().axes
    },
    tensor: () => makeTensor(only()),
  }
}

interface Engine {
  makeTensor(values: Float32Array, shape: number[], dtype: 'float32'): Tensor
}

/** By the engine that every tfjs-core puts here. Imported for this alone, it would weigh on each page that only shows maps. */
function makeTensor({ data, shape }: AttributionMap): Tensor {
  const { _tfengine: engine } = globalThis as { _tfengine?: Engine }
  if (engine) return engine.makeTensor(data, [...shape], 'float32')
  throw new ExplainError(
    'backend-missing',
    'TensorFlow.js does not run in this thread, so there are no tensors.',
    'Take `values` and `shape`, or import @tensorflow/tfjs-core and start a backend.',
  )
}
