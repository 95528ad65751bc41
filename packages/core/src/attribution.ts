import * as tf from '@tensorflow/tfjs-core'
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
    tensor: () => tf.tensor(only().data, [...only().shape]),
  }
}
