import { type BaselineOption, type Model, type ModelInput, type NDArray, rowOf } from '@explainnet/core'
import type { Maps, MetricOptions, MetricResult } from '../api.ts'
import { metricResult, type ValuesByMap } from '../result.ts'
import { openSubject, spaceOf } from '../subject.ts'

export interface CompletenessOptions extends Omit<MetricOptions, 'channels'> {
  /** Of the method that made the map; scores of several are averaged. Default `black`. */
  readonly baseline?: BaselineOption | undefined
}

/**
 * How far the map is from adding up: |Σ A − (f(x) − f(baseline))| ÷ max(|f(x) − f(baseline)|, 0.1 · Σ|A|), from 0; lower is
 * better (Sundararajan et al. 2017, "Axiomatic attribution", https://arxiv.org/abs/1703.01365). The second term of the
 * maximum keeps the figure finite where the scores agree by chance. Scores are in the space of the attribution. A map of zeros has 1, or 0 if the
 * scores agree too.
 *
 * Only methods that promise completeness can be expected to have it. Cost: one forward pass an example, and one a distinct
 * baseline row.
 *
 * @throws ExplainError `unknown-baseline`, `bad-shape`, `aborted`, and what `openTask` throws.
 */
export async function completeness(
  model: Model,
  input: ModelInput,
  maps: Maps,
  options: CompletenessOptions = {},
): Promise<MetricResult> {
  const { baseline = 'black' } = options
  const subject = await openSubject(model, input, maps, options, { space: spaceOf(maps) })
  const { task } = subject
  const baselines = await task.baselines(baseline)
  const scores = await task.scoresAtInputs()
  const differences = Array.from(scores, (score, example) =>
    baselines.reduce((sum, one) => sum + one.weight * (score - one.scores[example]!), 0),
  )
  const errors = (map: NDArray) =>
    differences.map((difference, example) => relativeError(rowOf(map, example), difference))
  const values = Object.fromEntries(
    subject.maps.map(({ name, values }) => [name, errors(name === 'map' ? subject.given : values)]),
  ) as unknown as ValuesByMap
  const parameters = { baselines: baselines.map(({ name }) => name), space: task.targets[0]!.space, seed: subject.seed }
  return metricResult(
    {
      metric: 'completeness',
      definition:
        '|Σ A − (f(x) − f(baseline))| ÷ max(|f(x) − f(baseline)|, 0.1 Σ|A|) (after Sundararajan et al. 2017).',
      better: 'lower',
      parameters,
    },
    values,
    subject.cost(),
    subject.warnings,
  )
}

function relativeError(map: Float32Array, difference: number): number {
  let [total, magnitude] = [0, 0]
  for (const value of map) {
    total += value
    magnitude += Math.abs(value)
  }
  const scale = Math.max(Math.abs(difference), 0.1 * magnitude)
  return scale > 0 ? Math.abs(total - difference) / scale : 0
}
