import { ExplainError, type NDArray, type RandomStream, rowOf, sizeOf } from '@explainnet/core'
import type { Subject } from '../subject.ts'
import { type Hiding, hiddenInputs } from './hidden.ts'

/** How an input is changed, and what a map says that the change is worth. */
export interface Perturbation {
  readonly name: string
  /** Changes the example's values in place. */
  apply(sample: number, example: number, values: Float32Array): void
  /** What a map of one value a position predicts for f(x) − f(changed x); `given`: the judged map as it came. */
  predicted(sample: number, example: number, map: Float32Array): number
}

/**
 * A window anywhere, of any size up to half of each side, is replaced by a baseline; the map predicts the sum of what
 * it has there. For maps that say what each position contributes.
 */
export async function removal(subject: Subject, baseline: Hiding): Promise<Perturbation> {
  const { task, positions, input, spec } = subject
  const [hidden] = await hiddenInputs(subject, baseline)
  const sides = input.shape.slice(1, spec.axes.at(-1) === 'channel' ? -1 : undefined)
  const windows = remembered((sample) => [...windowOf(sides, task.random(sample))])
  return {
    name: `removal to ${hidden!.name}`,
    apply(sample, example, values) {
      const channels = values.length / positions
      const replaced = rowOf(hidden!.values, example)
      for (const position of windows(sample)) {
        for (let i = position * channels; i < (position + 1) * channels; i++) values[i] = replaced[i]!
      }
    },
    predicted: (sample, _, map) => windows(sample).reduce((sum, position) => sum + map[position]!, 0),
  }
}

function windowOf(sides: readonly number[], random: RandomStream): number[] {
  let positions = [0]
  for (const [axis, side] of sides.entries()) {
    const length = 1 + random.integer(Math.ceil(side / 2))
    const start = random.integer(side - length + 1)
    const stride = sizeOf(sides.slice(axis + 1))
    positions = positions.flatMap((position) => Array.from({ length }, (_, i) => position + (start + i) * stride))
  }
  return positions
}

/** Gaussian noise on every input value, σ being a share of the example's own range; the map predicts Σ I · Φ. */
export function noise(subject: Subject, share: number): Perturbation {
  const { task, input } = subject
  const size = input.data.length / task.size
  const sigmas = Array.from({ length: task.size }, (_, example) => {
    const row = rowOf(input, example)
    return share * (row.reduce((a, b) => Math.max(a, b)) - row.reduce((a, b) => Math.min(a, b)))
  })
  const draws = remembered((sample) => {
    const random = task.random(sample)
    return Float64Array.from({ length: size }, () => random.normal())
  })
  return additive(
    subject,
    `noise of ${share} of the range`,
    (sample, example, i) => sigmas[example]! * draws(sample)[i]!,
  )
}

/** Given changes, `[samples, …one example]`, taken from the input; the map predicts Σ I · Φ. */
export function given(subject: Subject, changes: NDArray): Perturbation {
  const size = subject.input.data.length / subject.task.size
  if (changes.data.length !== changes.shape[0]! * size) {
    throw new ExplainError(
      'bad-shape',
      `The perturbations have shape [${changes.shape.join(', ')}].`,
      `Give [samples, ${subject.input.shape.slice(1).join(', ')}].`,
    )
  }
  return additive(subject, 'given', (sample, _, i) => changes.data[sample * size + i]!)
}

function additive(
  subject: Subject,
  name: string,
  change: (sample: number, example: number, i: number) => number,
): Perturbation {
  const size = subject.input.data.length / subject.task.size
  if (subject.given.data.length !== subject.input.data.length) {
    throw new ExplainError(
      'bad-shape',
      `The map has ${subject.given.data.length} values for ${subject.input.data.length} input values.`,
      "Perturb by 'removal' what has a value a position.",
    )
  }
  return {
    name,
    apply(sample, example, values) {
      for (let i = 0; i < values.length; i++) values[i]! -= change(sample, example, i)
    },
    predicted(sample, example, map) {
      // A trivial map has one value a position: it stands for each of its channels.
      const channels = size / map.length
      let sum = 0
      for (let i = 0; i < size; i++) sum += change(sample, example, i) * map[Math.floor(i / channels)]!
      return sum
    },
  }
}

/** Rows of a sample come together, so the last one is kept. */
function remembered<T>(make: (sample: number) => T): (sample: number) => T {
  let last: { sample: number; value: T } | undefined
  return (sample) => {
    if (last?.sample !== sample) last = { sample, value: make(sample) }
    return last.value
  }
}
