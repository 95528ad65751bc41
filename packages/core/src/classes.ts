import type { ClassTarget, Model, NamedArrays, Space } from './api.ts'
import { firstNonFinite, rowOf } from './arrays.ts'
import { ExplainError } from './errors.ts'

interface Prediction {
  readonly index: number
  readonly name: string
  readonly probability?: number | undefined
}

/** Class scores of a batch, read from the model's first output. */
export interface Classes {
  readonly count: number
  name(index: number): string
  find(target: ClassTarget): number
  scores(row: number, space: Space): Float64Array
  probability(row: number, index: number): number | undefined
  prediction(row: number): Prediction
}

/** Reads `logits` (what `predict` gives with space `logit`) as class scores; undefined if they are not [batch, classes]. */
export function readClasses(model: Model, logits: NamedArrays): Classes | undefined {
  const output = logits[model.outputs[0]!.name]!
  const bad = firstNonFinite(output.data)
  if (bad >= 0) {
    throw new ExplainError(
      'non-finite-output',
      `The model gives ${output.data[bad]} for example ${Math.floor((bad * output.shape[0]!) / output.data.length)}.`,
      'Check its weights, and that the input is scaled as in training.',
    )
  }
  if (output.shape.length !== 2) return undefined
  const binary = model.finalActivation === 'binary-sigmoid'
  const count = binary ? 2 : output.shape[1]!
  const labels = model.card?.labels

  const scoresOf = (row: number): Float64Array => {
    const values = Float64Array.from(rowOf(output, row))
    return binary ? Float64Array.of(-values[0]!, values[0]!) : values
  }
  const probabilities = (row: number): Float64Array | undefined => toProbabilities(model, scoresOf(row))
  const name = (index: number) => labels?.[index] ?? `class ${index}`
  return {
    count,
    name,
    find(target) {
      if (typeof target === 'number') {
        if (Number.isInteger(target) && target >= 0 && target < count) return target
        throw new ExplainError(
          'index-out-of-range',
          `Class ${target} was asked for.`,
          `The model has 0 to ${count - 1}.`,
        )
      }
      const index = labels?.indexOf(target) ?? -1
      if (index >= 0) return index
      throw new ExplainError(
        'unknown-label',
        `The model has no label '${target}'.`,
        labels ? `It has ${abridge(labels)}.` : 'It has no labels: give the index, or a model card with labels.',
      )
    },
    scores: (row, space) => (space === 'logit' ? scoresOf(row) : (probabilities(row) ?? scoresOf(row))),
    probability: (row, index) => probabilities(row)?.[index],
    prediction(row) {
      const scores = scoresOf(row)
      let best = 0
      for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[best]!) best = i
      return { index: best, name: name(best), probability: probabilities(row)?.[best] }
    },
  }
}

function toProbabilities(model: Model, scores: Float64Array): Float64Array | undefined {
  const meaning = model.finalActivation === 'none' ? model.card?.output : model.finalActivation
  switch (meaning) {
    case 'softmax':
    case 'logits': {
      const top = Math.max(...scores)
      const powers = scores.map((score) => Math.exp(score - top))
      const sum = powers.reduce((a, b) => a + b, 0)
      return powers.map((power) => power / sum)
    }
    case 'sigmoid':
    case 'binary-sigmoid':
      return scores.map((score) => 1 / (1 + Math.exp(-score)))
    case 'probabilities':
      return scores
    default:
      return undefined
  }
}

const abridge = (labels: readonly string[]) =>
  labels.length <= 30 ? labels.join(', ') : `${labels.slice(0, 30).join(', ')}, and ${labels.length - 30} more`
