import { type ProportionInterval, wilsonInterval } from '@explainnet/metrics'
import { crossEntropy } from '../train/mean-loss.ts'

/** A prediction beside the truth. */
export interface Judged {
  /** Class index. */
  readonly truth: number
  /** A probability for each class. */
  readonly probabilities: ArrayLike<number>
}

export interface ClassScore {
  readonly label: string
  /** Of what was called this class, the share that is; null if nothing was. */
  readonly precision: number | null
  /** Of what is this class, the share that was called so; null without examples. */
  readonly recall: number | null
  /** Harmonic mean of the two; null without examples. */
  readonly f1: number | null
  /** Examples of this class. */
  readonly support: number
}

/** How good a classifier is on labelled examples. JSON. */
export interface ClassificationReport {
  readonly accuracy: number
  readonly interval: ProportionInterval
  readonly correct: number
  readonly count: number
  /** Mean cross-entropy, nats. */
  readonly loss: number
  readonly classes: readonly ClassScore[]
  /** Rows are the truth, columns the prediction, in the order of `classes`. */
  readonly confusion: readonly (readonly number[])[]
}

/** Index of the highest probability, the first of equal ones. */
export function predictedClass(probabilities: ArrayLike<number>): number {
  let best = 0
  for (let i = 1; i < probabilities.length; i++) if (probabilities[i]! > probabilities[best]!) best = i
  return best
}

/** Accuracy with its interval, loss, precision, recall and F1 of every class, and the confusion matrix. */
export function classificationReport(labels: readonly string[], judged: readonly Judged[]): ClassificationReport {
  const confusion = labels.map(() => labels.map(() => 0))
  let loss = 0
  for (const { truth, probabilities } of judged) {
    confusion[truth]![predictedClass(probabilities)]!++
    loss += crossEntropy(probabilities[truth]!) / judged.length
  }
  const correct = confusion.reduce((sum, row, i) => sum + row[i]!, 0)
  const classes = labels.map((label, i): ClassScore => {
    const support = confusion[i]!.reduce((a, b) => a + b)
    const called = confusion.reduce((sum, row) => sum + row[i]!, 0)
    const hits = confusion[i]![i]!
    return {
      label,
      precision: called === 0 ? null : hits / called,
      recall: support === 0 ? null : hits / support,
      f1: support === 0 ? null : (2 * hits) / (support + called),
      support,
    }
  })
  const count = judged.length
  return {
    accuracy: correct / count,
    interval: wilsonInterval(correct, count),
    correct,
    count,
    loss,
    classes,
    confusion,
  }
}
