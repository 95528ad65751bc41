import { ExplainError } from '@explainnet/core'
import { type ProportionInterval, wilsonInterval } from '../statistics/wilson.ts'
import { type RocCurve, rocCurve } from './roc.ts'

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
  /** Area under the one-against-rest ROC curve; null unless there are examples of this class and of others. */
  readonly auc: number | null
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
  /** Means over the classes that have the figure; null if none has. */
  readonly macro: {
    readonly precision: number | null
    readonly recall: number | null
    readonly f1: number | null
    readonly auc: number | null
  }
  /** Rows are the truth, columns the prediction, in the order of `classes`. */
  readonly confusion: readonly (readonly number[])[]
}

/** Index of the highest probability, the first of equal ones. */
export function predictedClass(probabilities: ArrayLike<number>): number {
  let best = 0
  for (let i = 1; i < probabilities.length; i++) if (probabilities[i]! > probabilities[best]!) best = i
  return best
}

/** Cross-entropy of one example in nats; a probability of 0 counts as 1e-7, as Keras has it. */
export const crossEntropy = (probability: number): number => -Math.log(Math.max(probability, 1e-7))

/**
 * Accuracy with its interval, loss, precision, recall, F1 and one-against-rest AUC of every class and their means, and the
 * confusion matrix.
 *
 * @throws ExplainError `bad-option` without examples, `bad-shape` if an example has not one probability a label,
 * `index-out-of-range` for a truth that is no class.
 */
export function classificationReport(labels: readonly string[], judged: readonly Judged[]): ClassificationReport {
  check(labels, judged)
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
      auc: rocOf(i, judged)?.auc ?? null,
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
    macro: {
      precision: meanOf(classes.map((one) => one.precision)),
      recall: meanOf(classes.map((one) => one.recall)),
      f1: meanOf(classes.map((one) => one.f1)),
      auc: meanOf(classes.map((one) => one.auc)),
    },
    confusion,
  }
}

/** The one-against-rest curve of each class, undefined where it has no examples or all of them. */
export const rocCurves = (labels: readonly string[], judged: readonly Judged[]): (RocCurve | undefined)[] =>
  labels.map((_, label) => rocOf(label, judged))

function rocOf(label: number, judged: readonly Judged[]): RocCurve | undefined {
  const scores = judged.map(({ probabilities }) => probabilities[label]!)
  return rocCurve(
    scores,
    judged.map(({ truth }) => truth === label),
  )
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}

function check(labels: readonly string[], judged: readonly Judged[]): void {
  if (judged.length === 0) {
    throw new ExplainError('bad-option', 'There is no example to judge.', 'Give at least one.')
  }
  judged.forEach(({ truth, probabilities }, i) => {
    if (probabilities.length !== labels.length) {
      throw new ExplainError(
        'bad-shape',
        `Example ${i} has ${probabilities.length} probabilities for ${labels.length} labels.`,
        'Give one for each label.',
      )
    }
    if (labels[truth] === undefined) {
      throw new ExplainError(
        'index-out-of-range',
        `Example ${i} is of class ${truth}.`,
        `Classes are 0 to ${labels.length - 1}.`,
      )
    }
  })
}
