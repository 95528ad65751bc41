import type { LayerScoreAndGradient, NDArray, ScoreAndGradient } from './api.ts'
import { firstNonFinite } from './arrays.ts'
import { ExplainError } from './errors.ts'

/** What a pass finds: scores, an activation, or named arrays. */
export type Found = Float32Array | NDArray | ScoreAndGradient | LayerScoreAndGradient

function numbersOf(found: Found): readonly Float32Array[] {
  if (found instanceof Float32Array) return [found]
  if ('data' in found) return [found.data]
  const arrays = 'gradients' in found ? Object.values(found.gradients) : [found.gradient, found.activation]
  return [found.scores, ...arrays.map(({ data }) => data)]
}

/** Before a method can turn NaN into a number that looks like one. */
export function refuseNonFinite(found: Found, examples: readonly number[]): void {
  for (const data of numbersOf(found)) {
    const bad = firstNonFinite(data)
    if (bad < 0) continue
    const example = examples[Math.floor((bad * examples.length) / data.length)]
    throw new ExplainError(
      'non-finite-output',
      `The model gives ${data[bad]} as a score, activation or gradient, for example ${example} or a changed copy of it.`,
      'Check its weights, and that the input is scaled as in training.',
    )
  }
}
