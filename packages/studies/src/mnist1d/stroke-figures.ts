import { mnist1dClasses } from '@explainnet/datasets'
import { normaliseGrid, sharesFigure, signalGridFigure } from '@explainnet/viz'
import type { PageFigure } from '../study/page.ts'
import type { NamedNetwork } from './networks.ts'
import { type StrokeRelevance, templateInItsTime, templateTime } from './stroke-relevance.ts'

const controlTitles: Readonly<Record<string, string>> = {
  random: 'Random map',
  centre: 'Gaussian at the centre',
  edges: 'Edge detector',
}

export function strokeFigures(
  { name, title }: NamedNetwork,
  relevance: readonly StrokeRelevance[],
  signals: number,
): PageFigure[] {
  const row = (text: string, { mean, low, high }: StrokeRelevance['share']) =>
    ({ name: text, value: mean, interval: [low, high] }) as const
  const controls = Object.entries(relevance[0]!.trivial).map(([control, share]) => ({
    ...row(controlTitles[control] ?? control, share),
    control: true,
  }))
  const span = [-templateTime.from, 1 - templateTime.from].map(
    (place) => (place / (templateTime.to - templateTime.from)) * (templateTime.places - 1),
  ) as [number, number]
  return [
    {
      file: `stroke-shares-${name}`,
      caption: `${title}, ${signals} generated signals: share of positive relevance on the steps where the digit's template lies, Σ max(A, 0) there ÷ Σ max(A, 0), with 95\u00a0% bootstrap intervals. The template covers about a fifth of a signal; grey: maps that know nothing of the network.`,
      figure: sharesFigure({
        title: 'Relevance on the template',
        subtitle: title,
        axis: 'share of positive relevance',
        domain: [0, 1],
        rows: [...relevance.map((one) => row(one.title, one.share)).sort((a, b) => b.value - a.value), ...controls],
      }),
    },
    {
      file: `aligned-${name}`,
      caption: `${title}: mean map of each digit in the template's own time. Every map is divided by its largest value and read off where its template lies, so that translation and dilation are undone; the bar marks the template. Line: the template.`,
      figure: signalGridFigure({
        title: 'Mean maps beside the digit templates',
        subtitle: title,
        columns: mnist1dClasses,
        rows: relevance.map((one) => ({
          name: one.title,
          cells: one.aligned.map((map, digit) => ({
            signal: templateInItsTime(digit),
            map: normaliseGrid({ width: map.length, height: 1, data: Float32Array.from(map) }, { percentile: 100 }),
            span,
          })),
        })),
      }),
    },
  ]
}
