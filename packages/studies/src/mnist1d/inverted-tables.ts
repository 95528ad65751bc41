import type { ReportTable } from '@explainnet/viz'
import { percent } from '../study/page.ts'
import type { InvertedEvidence } from './inverted.ts'
import type { NamedNetwork } from './networks.ts'

export const invertedTables = ({ title }: NamedNetwork, { scores, baselines }: InvertedEvidence): ReportTable[] => [
  {
    caption: `${title}: inverted results. Integrated gradients of three scores of the predicted class, beside those of its logit`,
    columns: ['score', 'correlation with the logit’s map', 'inverted', 'drop', 'increase'],
    rows: scores.map(({ score, correlation, inverted, drop, increase }) => [
      score,
      correlation.toFixed(3),
      percent(inverted),
      drop.mean.toFixed(3),
      increase.mean.toFixed(3),
    ]),
  },
  {
    caption: `${title}: what the network makes of a baseline. One that it takes for a digit with certainty is no absence: attributions then say what the signal has less of than that`,
    columns: ['baseline', 'called most', 'of the signals', 'mean probability', 'attributions add up to less than 0'],
    rows: baselines.map(({ baseline, called, share, probability, negative }) => [
      baseline,
      called,
      percent(share),
      probability.toFixed(3),
      percent(negative),
    ]),
  },
]
