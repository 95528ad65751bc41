import { ExplainError, type LayeredModel, type Model, type ModelCopy, randomStream } from '@explainnet/core'

/** The layers that have weights, in the order in which they run. */
export const layersWithWeights = (model: LayeredModel): string[] => [
  ...new Set((model.parameters?.() ?? []).map(({ layer }) => layer)),
]

/**
 * Whether there are weights to randomise, and a copy to do it in: networks of tfjs are, functions and black boxes are
 * not.
 */
export const isTestable = (
  model: Model,
): model is LayeredModel & Required<Pick<LayeredModel, 'copy' | 'parameters'>> => {
  const { copy, parameters } = model as Partial<LayeredModel>
  return copy !== undefined && parameters !== undefined && parameters().length > 0
}

/**
 * Draws the weights of `layers` anew, in place: each array of weights is permuted, so that it keeps its distribution and
 * loses all else. This is the same for networks of any source (a converted graph has no initialisers), holds for the
 * statistics of batch normalisation too, and leaves activations of the usual size.
 */
export async function randomiseLayers(copy: ModelCopy, layers: readonly string[], seed: number): Promise<void> {
  const chosen = new Set(layers)
  for (const [place, parameter] of copy.parameters!().entries()) {
    if (!chosen.has(parameter.layer)) continue
    const values = await parameter.read()
    const random = randomStream(seed, place)
    for (let i = values.length - 1; i > 0; i--) {
      const other = random.integer(i + 1)
      const value = values[i]!
      values[i] = values[other]!
      values[other] = value
    }
    parameter.write(values)
  }
}

/** The layers with weights from the output down, as far as half of them, at least one. */
export const upperHalf = (layers: readonly string[]): string[] =>
  [...layers].reverse().slice(0, Math.max(1, Math.floor(layers.length / 2)))

/**
 * A copy of the network with weights drawn anew, all of them or those of the upper half of its layers; the network itself
 * stays as it is. The caller disposes the copy.
 *
 * @throws ExplainError `unsupported-model` for a model that has no weights, or cannot be copied.
 */
export async function randomisedCopy(
  model: Model,
  seed: number,
  which: 'all' | 'upper-half' = 'all',
): Promise<ModelCopy> {
  const copy = copyOf(model)
  try {
    const layers = layersWithWeights(copy)
    await randomiseLayers(copy, which === 'all' ? layers : upperHalf(layers), seed)
    return copy
  } catch (error) {
    copy.dispose()
    throw error
  }
}

export function copyOf(model: Model): ModelCopy {
  if (isTestable(model)) return model.copy()
  throw new ExplainError(
    'unsupported-model',
    `A model of kind '${model.kind}' has no weights that could be randomised in a copy.`,
    'Give a LayersModel or a GraphModel; a black box is not testable.',
  )
}
