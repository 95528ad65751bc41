import type { BaselineRecord, Certificate, ResolvedTarget } from '@explainnet/core/plain'
import type { MethodDescription } from '../../api.ts'
import { numberText, percentText } from '../number-text.ts'

export type Fact = readonly [name: string, text: string]

/** The certificate of the first example as names and plain words. */
export function facts(certificate: Certificate, method: MethodDescription | undefined): Fact[] {
  const { targets, baselines, layer, cost, backend, model, seed } = certificate
  const target = targets[0]
  const passes = cost.backward > 0 ? `${cost.forward} forward, ${cost.backward} backward` : `${cost.forward} forward`
  return [
    ...(target ? ([['Explained', targetText(target)]] as const) : []),
    ['Method', certificate.method.name + optionsText(certificate)],
    ...(layer
      ? ([
          [
            'Layer',
            `${layer.name}, ${layer.shape
              .slice(1)
              .map((size) => size ?? '?')
              .join(' × ')}`,
          ],
        ] as const)
      : []),
    ...baselines.map((baseline) => ['Baseline', baselineText(baseline)] as const),
    ['Seed', method?.deterministic ? 'not used: no chance is involved' : String(seed)],
    ...evidenceFacts(certificate),
    ['Cost', `${passes} passes in ${secondsText(cost.milliseconds)}`],
    ['Computed on', [backend.name, backend.device].filter(Boolean).join(', ')],
    [
      'Model',
      [model.name ?? model.kind, model.sha256 && `SHA-256 ${model.sha256.slice(0, 12)}…`].filter(Boolean).join(', '),
    ],
    ...(method?.paper ? ([['Paper', method.paper]] as const) : []),
  ]
}

function targetText({ kind, name, index, score, space, probability }: ResolvedTarget): string {
  const what = kind === 'class' ? `class ${name}${String(index) === name ? '' : ` (number ${index})`}` : name
  const unit = space === 'logit' ? 'before the final activation' : 'as a probability'
  const sure = probability === undefined || space === 'probability' ? '' : `, probability ${percentText(probability)}`
  return `${what}: score ${numberText(score)} ${unit}${sure}`
}

function baselineText({ name, scores, predictions }: BaselineRecord): string {
  const seen = predictions[0]
  const sure = seen?.probability === undefined ? '' : ` (${percentText(seen.probability)})`
  const taken = seen ? `; the model takes it for ${seen.name}${sure}` : ''
  return `${name}: score ${numberText(scores[0] ?? 0)}${taken}`
}

function evidenceFacts({ evidence }: Certificate): Fact[] {
  const { completeness, change, standardError, fit, evaluations } = evidence
  const rows: readonly (readonly [string, number | undefined, (value: number) => string])[] = [
    [
      'Completeness',
      completeness?.relative[0],
      (gap) => `the map's sum misses the difference of the scores by ${percentText(Math.abs(gap))}`,
    ],
    ['Last change', change?.[0], (value) => `the last refinement changed the map by ${percentText(value)}`],
    ['Chance', standardError?.[0], (value) => `a standard error of ${percentText(value)} of an average value`],
    ['Fit', fit?.[0], (value) => `R² ${value.toFixed(3)} of the simple model that stands for the network`],
    ['Evaluations', evaluations?.[0], String],
  ]
  return rows.flatMap(([name, value, text]) => (value === undefined ? [] : [[name, text(value)] as const]))
}

function optionsText({ method }: Certificate): string {
  const options = Object.entries(method.spec?.options ?? {})
  const inner = method.spec?.inner ? ` of ${method.spec.inner.export}` : ''
  if (options.length === 0) return inner
  return `${inner}, ${options.map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ')}`
}

const secondsText = (milliseconds: number) =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`
