import { ExplainError, randomStream } from '@explainnet/core'
import { type Mnist1dParameters, resolveParameters } from './parameters.ts'
import {
  correlatedNoise,
  independentNoise,
  padSignal,
  resampleSignal,
  type Signal,
  scaleSignal,
  shearSignal,
  translateSignal,
} from './steps.ts'
import { mnist1dTemplates } from './templates.ts'

/** Where the template lies in a finished signal, in time steps from 0; both ends may fall between two steps. */
export interface Stroke {
  readonly start: number
  readonly end: number
}

/** A signal with all that it went through; the last stage is not standardised. */
export interface Mnist1dSample {
  readonly label: number
  readonly stages: {
    readonly template: Signal
    readonly padded: Signal
    readonly dilated: Signal
    readonly scaled: Signal
    readonly translated: Signal
    /** Smooth noise where the template is not, a little noise everywhere. */
    readonly noisy: Signal
    readonly sheared: Signal
    readonly signal: Signal
  }
  readonly stroke: Stroke
}

export interface Mnist1dSampleOptions extends Partial<Mnist1dParameters> {
  /** 0 … 9: the digit. */
  readonly label: number
  /** Which signal of that digit, from 0. */
  readonly index: number
}

const draws = { padding: 0, scale: 1, translation: 2, correlated: 3, independent: 4, shear: 5 } as const

/**
 * One signal of a digit, step by step. Each step draws from a stream of its own under (seed, label, index), so that
 * changing one parameter leaves the draws of the other steps as they are.
 *
 * @throws ExplainError `bad-option` for a parameter out of range.
 */
export function mnist1dSample({ label, index, ...given }: Mnist1dSampleOptions): Mnist1dSample {
  const template = mnist1dTemplates[label]
  if (template === undefined) {
    throw new ExplainError('bad-option', `label is ${label}.`, 'It must be a digit from 0 to 9.')
  }
  const parameters = resolveParameters(given)
  const { padding, scaleCoeff, maxTranslation, corrNoiseScale, iidNoiseScale, shearScale, finalSeqLength } = parameters
  const random = randomStream(parameters.seed, 0, label, index)
  const length = template.length + padding[1]
  const padded = padSignal(template, padding, random.stream(draws.padding))
  const dilated = resampleSignal(padded, length)
  const scaled = scaleSignal(dilated, scaleCoeff, random.stream(draws.scale))
  const translated = translateSignal(scaled, maxTranslation, random.stream(draws.translation))
  // The very draw of the translation again: where the template begins, and which steps it covers.
  const start = random.stream(draws.translation).integer(maxTranslation)
  const spacing = (padded.length - 1) / (length - 1)
  const smooth = correlatedNoise(length, corrNoiseScale, random.stream(draws.correlated))
  const fine = independentNoise(length, iidNoiseScale, random.stream(draws.independent))
  const noisy = translated.map((value, i) => {
    const onTemplate = ((i - start + length) % length) * spacing < template.length
    return (onTemplate ? value : smooth[i]!) + fine[i]!
  })
  const sheared = shearSignal(noisy, shearScale, random.stream(draws.shear))
  const signal = resampleSignal(sheared, finalSeqLength)
  const scale = (finalSeqLength - 1) / (length - 1)
  const stroke = { start: start * scale, end: (start + (template.length - 1) / spacing) * scale }
  return { label, stages: { template, padded, dilated, scaled, translated, noisy, sheared, signal }, stroke }
}
