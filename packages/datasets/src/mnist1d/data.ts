import { type NDArray, randomStream, type StoredTensor, writeSafetensors } from '@explainnet/core'
import { type Mnist1dParameters, resolveParameters } from './parameters.ts'
import { mnist1dSample, type Stroke } from './sample.ts'
import { mnist1dTemplates } from './templates.ts'

export interface Mnist1dSignals {
  /** [signals, steps] */
  readonly signals: NDArray
  /** [signals] digits. */
  readonly labels: Int32Array
  /** Where each signal's template lies; known of generated signals with their steps in order. */
  readonly strokes?: readonly Stroke[] | undefined
}

export interface Mnist1d {
  readonly train: Mnist1dSignals
  readonly test: Mnist1dSignals
  /** [digits, steps] */
  readonly templates: NDArray
}

/**
 * MNIST-1D generated: as many signals of each digit, shuffled, standardised to mean 0 and standard deviation 1 over the
 * whole set, split into train and test. The same numbers on every engine. They follow the published recipe, but are not those of the
 * published file, which come from NumPy's generator: to compare with published figures, read that file with `readMnist1d`.
 *
 * @throws ExplainError `bad-option` for a parameter out of range.
 */
export function mnist1d(given: Partial<Mnist1dParameters> = {}): Mnist1d {
  const parameters = resolveParameters(given)
  const { numSamples, trainSplit, shuffleSeq, finalSeqLength: length, seed } = parameters
  const perDigit = numSamples / mnist1dTemplates.length
  const made = Array.from({ length: numSamples }, (_, i) =>
    mnist1dSample({ ...parameters, label: Math.floor(i / perDigit), index: i % perDigit }),
  )
  const order = shuffled(numSamples, randomStream(seed, 1))
  const steps = shuffleSeq ? shuffled(length, randomStream(seed, 2)) : undefined
  const { mean, deviation } = moments(made.map(({ stages }) => stages.signal))
  const side = (chosen: readonly number[]): Mnist1dSignals => {
    const data = new Float32Array(chosen.length * length)
    for (const [row, i] of chosen.entries()) {
      const { signal } = made[i]!.stages
      for (let t = 0; t < length; t++) data[row * length + t] = (signal[steps ? steps[t]! : t]! - mean) / deviation
    }
    return {
      signals: { shape: [chosen.length, length], data },
      labels: Int32Array.from(chosen, (i) => made[i]!.label),
      ...(steps ? {} : { strokes: chosen.map((i) => made[i]!.stroke) }),
    }
  }
  // As the published code has it: the part of a fraction is cut off.
  const split = Math.floor(numSamples * trainSplit)
  return {
    train: side(order.slice(0, split)),
    test: side(order.slice(split)),
    templates: templateArray(),
  }
}

/** The templates as [10, 12]. */
export const templateArray = (): NDArray => ({
  shape: [mnist1dTemplates.length, mnist1dTemplates[0]!.length],
  data: Float32Array.from(mnist1dTemplates.flatMap((template) => Array.from(template))),
})

/** A safetensors file: `x_train`, `y_train`, `x_test`, `y_test`, `templates.x`, `templates.y`. */
export function writeMnist1d({ train, test, templates }: Mnist1d, metadata: Record<string, string> = {}): Uint8Array {
  const labels = (data: Int32Array): StoredTensor => ({ shape: [data.length], data })
  return writeSafetensors({
    tensors: {
      x_train: train.signals,
      y_train: labels(train.labels),
      x_test: test.signals,
      y_test: labels(test.labels),
      'templates.x': templates,
      'templates.y': labels(Int32Array.from({ length: templates.shape[0]! }, (_, digit) => digit)),
    },
    metadata,
  })
}

function shuffled(count: number, random: { integer(bound: number): number }): number[] {
  const order = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const other = random.integer(i + 1)
    const held = order[i]!
    order[i] = order[other]!
    order[other] = held
  }
  return order
}

function moments(signals: readonly Float64Array[]): { mean: number; deviation: number } {
  const count = signals.length * signals[0]!.length
  let sum = 0
  for (const signal of signals) for (const value of signal) sum += value
  const mean = sum / count
  let squares = 0
  for (const signal of signals) for (const value of signal) squares += (value - mean) ** 2
  return { mean, deviation: Math.sqrt(squares / count) }
}
