import type { Interval } from '@explainnet/metrics'
import { type ReportTable, sharesFigure } from '@explainnet/viz'
import type { PageFigure } from '../study/page.ts'
import { findTechnique } from '../study/techniques.ts'
import { type Measure, measures, type Ranked, ranked } from './judge.ts'
import type { Trial } from './outcome.ts'

const titleOf = (name: string) =>
  findTechnique(name)?.title ??
  { random: 'Random', centre: 'Gaussian at the centre', edges: 'Edge detector' }[name] ??
  name

/** What each technique scores by one measure, beside maps that know nothing. */
export function scoresFigure(set: string, trials: readonly Trial[], measure: Measure): PageFigure {
  const own = trials.filter((trial) => trial.measure === measure)
  const row = (name: string, { mean, low, high }: Interval, control: boolean) => ({
    name,
    value: mean,
    interval: [low, high] as const,
    control,
  })
  const { title, better } = measures[measure]
  const controls = Object.entries(own[0]!.means).filter(([name]) => !ranked.includes(name as Ranked))
  return {
    file: `${set}-${measure}`,
    caption: `${title} on ${set}, ${better} is better: means of ${own[0]!.means['saliency']!.n} pictures with 95\u00a0% bootstrap intervals; grey: maps that know nothing of the network.`,
    figure: sharesFigure({
      title: `${title}, ${set}`,
      axis: `${title.toLowerCase()} (${better} is better)`,
      rows: [
        ...ranked.flatMap((name) =>
          own.map((trial) => row(`${titleOf(name)}, ${trial.reading}`, trial.means[name]!, false)),
        ),
        ...controls.map(([name, interval]) => row(titleOf(name), interval, true)),
      ],
    }),
  }
}

/** The paired differences that the conclusion stands or falls with. */
export function advantagesFigure(set: string, trials: readonly Trial[]): PageFigure {
  const rows = trials.flatMap(({ measure, reading, comparisons }) =>
    comparisons.slice(0, 2).map(({ first, second, advantage: { mean, low, high } }) => ({
      name: `${short[first]} − ${short[second]}: ${measure}, ${reading}`,
      value: mean,
      interval: [low, high] as const,
    })),
  )
  const reach = 1.05 * Math.max(...rows.flatMap(({ interval }) => interval.map(Math.abs)), 1e-9)
  return {
    file: `${set}-advantages`,
    caption: `How much better the technique named first is than the second on ${set}: mean paired difference, signed so that above 0 is better, with 95\u00a0% bootstrap intervals.`,
    figure: sharesFigure({
      title: `The order tested, ${set}`,
      axis: 'advantage of the first',
      rows,
      domain: [-reach, reach],
    }),
  }
}

const short = { 'integrated-gradients': 'IG', 'smooth-grad': 'SmoothGrad', saliency: 'saliency' } as const

export const outcomeTable = (set: string, trials: readonly Trial[]): ReportTable => ({
  caption: `Integrated gradients > SmoothGrad > saliency on ${set}: advantage of the first, 95\u00a0% interval`,
  columns: ['measure', 'map read', 'IG − SmoothGrad', 'SmoothGrad − saliency', 'IG − saliency', 'the order'],
  rows: trials.map(({ measure, reading, comparisons, order }) => [
    measures[measure].title,
    reading,
    ...comparisons.map(
      ({ advantage: { mean, low, high } }) => `${mean.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`,
    ),
    order,
  ]),
})
