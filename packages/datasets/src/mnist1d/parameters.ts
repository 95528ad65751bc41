import { ExplainError } from '@explainnet/core'

/** The published parameters of MNIST-1D, under their published names. */
export interface Mnist1dParameters {
  /** Of train and test together; a multiple of ten. Default 5000. */
  readonly numSamples: number
  /** Share of them in train. Default 0.8. */
  readonly trainSplit: number
  /** Zeros appended to a template, least and most. Default [36, 60]. */
  readonly padding: readonly [number, number]
  /** Heights vary by half of this either way. Default 0.4. */
  readonly scaleCoeff: number
  /** Steps by which a template may be moved, of the 12 + most padding that there are before the last resampling. Default 48. */
  readonly maxTranslation: number
  /** Of the smooth noise beside the template. Default 0.25. */
  readonly corrNoiseScale: number
  /** Of the noise everywhere. Default 0.02. */
  readonly iidNoiseScale: number
  /** Slopes vary by half of this either way. Default 0.75. */
  readonly shearScale: number
  /** Brings the time steps of all signals into one random order. Default false. */
  readonly shuffleSeq: boolean
  /** Values of a signal. Default 40. */
  readonly finalSeqLength: number
  /** Default 42. */
  readonly seed: number
}

export const mnist1dParameters: Mnist1dParameters = {
  numSamples: 5000,
  trainSplit: 0.8,
  padding: [36, 60],
  scaleCoeff: 0.4,
  maxTranslation: 48,
  corrNoiseScale: 0.25,
  iidNoiseScale: 2e-2,
  shearScale: 0.75,
  shuffleSeq: false,
  finalSeqLength: 40,
  seed: 42,
}

/** The published parameters with the given ones in their place. Throws `bad-option` naming one that is out of range. */
export function resolveParameters(given: Partial<Mnist1dParameters>): Mnist1dParameters {
  const all = { ...mnist1dParameters, ...given }
  const [least, most] = all.padding
  const whole = (value: number, from: number) => Number.isInteger(value) && value >= from
  const checks: [name: keyof Mnist1dParameters, fits: boolean, must: string][] = [
    ['numSamples', whole(all.numSamples, 10) && all.numSamples % 10 === 0, 'a multiple of 10'],
    ['trainSplit', all.trainSplit >= 0 && all.trainSplit <= 1, 'between 0 and 1'],
    ['padding', whole(least, 1) && whole(most, least), 'two whole numbers from 1, the smaller one first'],
    ['scaleCoeff', all.scaleCoeff >= 0 && all.scaleCoeff < 2, 'from 0 and below 2'],
    ['maxTranslation', whole(all.maxTranslation, 1) && all.maxTranslation <= 12 + most, `from 1 to ${12 + most}`],
    ['corrNoiseScale', all.corrNoiseScale >= 0, 'at least 0'],
    ['iidNoiseScale', all.iidNoiseScale >= 0, 'at least 0'],
    ['shearScale', all.shearScale >= 0, 'at least 0'],
    ['finalSeqLength', whole(all.finalSeqLength, 2), 'a whole number from 2'],
    ['seed', whole(all.seed, 0), 'a whole number from 0'],
  ]
  const wrong = checks.find(([, fits]) => !fits)
  if (wrong) {
    throw new ExplainError('bad-option', `${wrong[0]} is ${all[wrong[0]]}.`, `It must be ${wrong[2]}.`)
  }
  return all
}
