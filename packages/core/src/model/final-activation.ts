import { sigmoid, softmax, type Tensor } from '@tensorflow/tfjs-core'
import type { FinalActivation, ModelCard } from '../api.ts'

/**
 * A `binary-sigmoid` output stays one raw unit: [rows, 1], the logit of class 1 or its probability. Who reads it as two
 * classes negates the logit, or takes 1 − p, for class 0.
 */
export function applyActivation(output: Tensor, activation: FinalActivation): Tensor {
  if (activation === 'softmax') return softmax(output)
  return activation === 'none' ? output : sigmoid(output)
}

/** A sigmoid over a single unit is two classes. */
export const sigmoidOver = (shape: readonly (number | null)[]): FinalActivation =>
  shape.length === 2 && shape[1] === 1 ? 'binary-sigmoid' : 'sigmoid'

/** What a graph without an activation at its end still needs, if its card says that it puts out logits. */
export function activationByCard(card: ModelCard | undefined, shape: readonly (number | null)[]): FinalActivation {
  if (card?.output !== 'logits') return 'none'
  return shape.length === 2 && shape[1] === 1 ? 'binary-sigmoid' : 'softmax'
}
