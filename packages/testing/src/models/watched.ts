import type { DifferentiableModel, LayeredModel, Model, NamedArrays, Need } from '@explainnet/core'

/** What to do around each call of a model, numbered from 1. */
export interface Watch {
  before?(call: number, inputs: NamedArrays): void
  /** May change the numbers in what the call found. */
  after?(call: number, found: Float32Array[]): void
}

/** The same model, watched. */
export function watched<M extends Model>(model: M, watch: Watch): M {
  let calls = 0
  const around =
    <A extends readonly [NamedArrays, ...never[]], R>(call: (...given: A) => Promise<R>, numbers: (found: R) => Float32Array[]) =>
    async (...given: A): Promise<R> => {
      const number = ++calls
      watch.before?.(number, given[0])
      const found = await call(...given)
      watch.after?.(number, numbers(found))
      return found
    }
  const data = (arrays: NamedArrays) => Object.values(arrays).map((array) => array.data)
  const all = model as unknown as Partial<LayeredModel> & Model
  return {
    ...model,
    predict: around(all.predict, data),
    ...(all.scoreAndGradient && {
      scoreAndGradient: around(all.scoreAndGradient, ({ scores, gradients }) => [...data(gradients), scores]),
    }),
    ...(all.activation && { activation: around(all.activation, (found) => [found.data]) }),
    ...(all.layerScoreAndGradient && {
      layerScoreAndGradient: around(all.layerScoreAndGradient, (found) => [
        found.gradient.data,
        found.activation.data,
        found.scores,
      ]),
    }),
  }
}

/** The model with the members that `needs` promises and no others, so that a method cannot use more than it asked for. */
export function limitedTo(needs: Need, model: Model): Model {
  const { kind, inputs, outputs, finalActivation, card, spec, predict } = model
  const limited: Model = { kind, inputs, outputs, finalActivation, card, spec, predict }
  if (needs === 'predictions') return limited
  const { scoreAndGradient } = model as DifferentiableModel
  return needs === 'gradients' ? ({ ...limited, scoreAndGradient } as DifferentiableModel) : model
}
