import { ExplainError, type Model, type ModelInput, type NDArray, rowOf } from '@explainnet/core'
import type { Maps, MetricOptions, MetricResult } from '../api.ts'
import { metricResult, type ValuesByMap } from '../result.ts'
import { openSubject, type Subject, spaceOf } from '../subject.ts'
import type { Hiding } from './hidden.ts'
import { given, noise, type Perturbation, removal } from './perturbation.ts'

export interface InfidelityOptions extends Omit<MetricOptions, 'channels'> {
  /**
   * `removal`: windows anywhere, of up to half of each side, are set to the baseline; for maps of contributions, one value a
   * position. `noise`: Gaussian noise on every value; for gradients, one value an input value. An array gives the changes
   * themselves, `[samples, …one example]`, to be taken from the input. Default `removal`.
   */
  readonly perturbation?: 'removal' | 'noise' | NDArray | undefined
  /** Perturbations, from 1. Default 64. */
  readonly samples?: number | undefined
  /** Of `removal`. Default `mean`: the example's own mean colour. */
  readonly baseline?: Hiding | undefined
  /** Of `noise`: the standard deviation as a share of the example's max − min. Default 0.1. */
  readonly noise?: number | undefined
  /** Scale every map by the factor that fits it best, since not every method's maps are in units of the score. Default true. */
  readonly normalise?: boolean | undefined
}

/**
 * Infidelity (Yeh et al. 2019, "On the (in)fidelity and sensitivity of explanations", https://arxiv.org/abs/1901.09392): the
 * mean squared difference between what the map predicts for a change of the input and what the change does to the
 * score, from 0; lower is better. In the space of the attribution, squared. It depends on the perturbation and its radius.
 *
 * All examples share the draws. A map of zeros has the mean square of the change of the score.
 *
 * Cost: `samples` forward passes an example for all maps together, one for the example, one a distinct baseline row.
 *
 * @throws ExplainError `bad-option`, `bad-shape`, `unknown-baseline`, `aborted`, and what `openTask` throws.
 */
export async function infidelity(
  model: Model,
  input: ModelInput,
  maps: Maps,
  options: InfidelityOptions = {},
): Promise<MetricResult> {
  const { perturbation: kind = 'removal', baseline = 'mean', normalise = true } = options
  const share = options.noise ?? 0.1
  const samples = typeof kind === 'object' ? kind.shape[0]! : (options.samples ?? 64)
  if (!(Number.isInteger(samples) && samples >= 1 && share > 0)) {
    throw new ExplainError(
      'bad-option',
      `${samples} samples with noise of ${share} were asked for.`,
      'Samples are a whole number from 1, the noise is above 0.',
    )
  }
  const subject = await openSubject(model, input, maps, options, { space: spaceOf(maps), segments: 'share' })
  const perturbation =
    kind === 'removal'
      ? await removal(subject, baseline)
      : kind === 'noise'
        ? noise(subject, share)
        : given(subject, kind)
  const judged = subject.maps.map(({ name, values }) => ({
    name,
    values: kind !== 'removal' && name === 'map' ? subject.given : values,
  }))
  const { predicted, changes } = await measure(subject, perturbation, samples, judged)
  const values = Object.fromEntries(
    judged.map(({ name }, map) => [
      name,
      changes.map((ofExample, example) => meanSquare(predicted[map]![example]!, ofExample, normalise)),
    ]),
  ) as unknown as ValuesByMap
  const parameters = {
    perturbation: perturbation.name,
    samples,
    normalise,
    space: subject.task.targets[0]!.space,
    seed: subject.seed,
  }
  return metricResult(
    {
      metric: 'infidelity',
      definition:
        'Mean squared difference of the change that the map predicts and the change of the score (Yeh et al. 2019).',
      better: 'lower',
      parameters,
    },
    values,
    subject.cost(),
    subject.warnings,
  )
}

/** What every map predicts, `[map][example][sample]`, and what happens, `[example][sample]`. */
async function measure(
  { task, spec }: Subject,
  perturbation: Perturbation,
  samples: number,
  maps: readonly { readonly values: NDArray }[],
) {
  const scores = await task.scoresAtInputs()
  const { space } = task.targets[0]!
  const empty = () => Array.from({ length: task.size }, () => new Float64Array(samples))
  const predicted = maps.map(empty)
  const changes = empty()
  // All examples of a sample together, so that its draws are made once.
  const rows = {
    count: task.size * samples,
    example: (row: number) => row % task.size,
    fill: (row: number, into: Readonly<Record<string, Float32Array>>) =>
      perturbation.apply(Math.floor(row / task.size), row % task.size, into[spec.name]!),
  }
  for await (const { row, example, score } of task.scores(rows, { space })) {
    const sample = Math.floor(row / task.size)
    changes[example]![sample] = scores[example]! - score
    maps.forEach(({ values }, map) => {
      predicted[map]![example]![sample] = perturbation.predicted(sample, example, rowOf(values, example))
    })
    task.report((row + 1) / rows.count)
  }
  return { predicted, changes }
}

function meanSquare(predicted: Float64Array, changes: Float64Array, normalise: boolean): number {
  let [cross, square] = [0, 0]
  predicted.forEach((value, sample) => {
    cross += value * changes[sample]!
    square += value * value
  })
  const scale = normalise && square > 0 ? cross / square : 1
  return predicted.reduce((sum, value, sample) => sum + (scale * value - changes[sample]!) ** 2, 0) / changes.length
}
