import type { Certificate, Warning } from '@explainnet/core/plain'
import { percentText } from '../number-text.ts'

/** What makes the map of the first example doubtful, in plain words, beside what the model is warned of. The bounds are rules of thumb, named where they stand. */
export function doubts(certificate: Certificate, ofModel: readonly Warning[]): string[] {
  const { warnings, evidence, targets } = certificate
  const found = [...ofModel, ...warnings]
    .filter(({ example }) => example === undefined || example === 0)
    .map(({ message }) => message)
  const warned = (code: string) => warnings.some((warning) => warning.code === code)
  const gap = evidence.completeness?.relative[0]
  // Five per cent is what the paper of integrated gradients takes for close enough.
  if (gap !== undefined && Math.abs(gap) > 0.05 && !warned('not-converged')) {
    found.push(`The map's sum misses the difference of the scores by ${percentText(Math.abs(gap))}: take more steps.`)
  }
  if (evidence.converged?.[0] === false && !warned('not-converged')) {
    found.push('It stopped before its own stopping rule was met.')
  }
  const noise = evidence.standardError?.[0]
  if (noise !== undefined && noise > 0.2) {
    found.push(
      `Chance makes up ${percentText(noise)} of an average value: take more samples, or another seed to compare.`,
    )
  }
  const fit = evidence.fit?.[0]
  if (fit !== undefined && fit < 0.5 && !warned('poor-fit')) {
    found.push(`The simple model that stands for the network fits it badly (R² ${fit.toFixed(2)}).`)
  }
  const target = targets[0]
  const predicted = target?.prediction
  if (target?.kind === 'class' && predicted && predicted.index !== target.index) {
    found.push(
      `The model itself predicts ${predicted.name}, not ${target.name}: the map shows what speaks for the latter all the same.`,
    )
  } else if (target?.probability !== undefined && target.probability < 0.5) {
    found.push(`The model is not sure of ${target.name}: it gives it ${percentText(target.probability)}.`)
  }
  return found
}
