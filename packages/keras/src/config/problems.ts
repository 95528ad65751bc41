import { ExplainError } from '@explainnet/core'

/** Everything in a configuration that TensorFlow.js has no equal of, so that one error can name it all. */
export interface Problems {
  /** A layer type that is not there. */
  layer(name: string, type: string): void
  /** An argument that would be ignored or mean something else. */
  argument(name: string, type: string, what: string): void
  /** Throws `unsupported-model` if there was one. */
  raise(): void
}

export function collectProblems(): Problems {
  const layers: string[] = []
  const others: string[] = []
  return {
    layer: (name, type) => layers.push(`${type} ('${name}')`),
    argument: (name, type, what) => others.push(`${what} of ${type} ('${name}')`),
    raise() {
      if (layers.length + others.length === 0) return
      const missing = layers.length === 0 ? '' : ` It has no ${list(layers)}.`
      const different = others.length === 0 ? '' : ` It cannot do ${list(others)}.`
      throw new ExplainError(
        'unsupported-model',
        `TensorFlow.js cannot compute what this Keras model computes.${missing}${different}`,
        layers.length > 0
          ? 'Replace these layers in Keras, or register classes of these names first (tf.serialization.registerClass).'
          : 'Replace them in Keras and save the model again.',
      )
    },
  }
}

const list = (items: readonly string[]) => [...new Set(items)].join(', ')
