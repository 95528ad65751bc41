import { ExplainError } from '../errors.ts'
import { asContainer, type Container } from './layers-graph.ts'
import type { LayersModelLike } from './layers-model.ts'

/** How tfjs-layers makes a model of its configuration; `fast` spares costly initialisers, whose values are replaced. */
interface ModelClass {
  fromConfig(self: unknown, config: unknown, customObjects: object, fast: boolean): LayersModelLike
}

/**
 * A LayersModel of the same configuration with weights of its own. Throws `unsupported-model` if a layer cannot be made
 * again from its configuration.
 */
export function copyLayers(
  model: LayersModelLike,
  container: Container,
): { readonly copied: LayersModelLike; dispose(): void } {
  const made = model.constructor as unknown as ModelClass
  let copied: LayersModelLike
  try {
    copied = made.fromConfig(made, (model as unknown as { getConfig(): unknown }).getConfig(), {}, true)
  } catch (cause) {
    throw new ExplainError(
      'unsupported-model',
      `The network cannot be copied: ${cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)}.`,
      'Register layers of your own (tf.serialization.registerClass) and give them a getConfig.',
      { cause },
    )
  }
  const { weights } = asContainer(copied)
  weights.forEach((weight, i) => {
    weight.write(container.weights[i]!.read())
  })
  return {
    copied,
    // tfjs-layers' own disposal forgets nested models.
    dispose() {
      for (const weight of new Set(weights)) weight.dispose()
    },
  }
}
