import { type Model, type NDArray, rowOf } from '@explainnet/core'
import { type ClassificationReport, classificationReport } from '@explainnet/metrics'
import type { SignalExample } from './data.ts'

export interface SignalReport extends ClassificationReport {
  /** [signals, classes] in the order of the examples. */
  readonly probabilities: readonly Float32Array[]
}

/** Signals as a batch of model input, [n, steps, 1]. */
export function signalBatch(signals: readonly ArrayLike<number>[]): NDArray {
  const steps = signals[0]!.length
  const data = new Float32Array(signals.length * steps)
  for (const [row, signal] of signals.entries()) data.set(Array.from(signal), row * steps)
  return { shape: [signals.length, steps, 1], data }
}

/** Evaluates a 1-D classifier: one forward pass a signal. */
export async function evaluateSignals(model: Model, examples: readonly SignalExample[]): Promise<SignalReport> {
  const input = model.inputs[0]!.name
  const output = model.outputs[0]!.name
  const probabilities: Float32Array[] = []
  for (let start = 0; start < examples.length; start += 100) {
    const chosen = examples.slice(start, start + 100)
    const batch = signalBatch(chosen.map(({ values }) => values))
    const outputs = await model.predict({ [input]: batch }, { space: 'probability' })
    for (const row of chosen.keys()) probabilities.push(rowOf(outputs[output]!, row))
  }
  const labels = model.card?.labels ?? Array.from({ length: 10 }, (_, digit) => String(digit))
  const judged = examples.map(({ label }, row) => ({ truth: label, probabilities: probabilities[row]! }))
  return { ...classificationReport(labels, judged), probabilities }
}
