import { rowOf } from '@explainnet/core'
import { mapSimilarity } from '@explainnet/metrics'
import type { ReportTable } from '@explainnet/viz'
import type { ExplainedImage } from '../study/explain-images.ts'
import { percent } from '../study/page.ts'
import type { BaselineEvidence } from './baselines.ts'
import { className } from './tiles.ts'

export const baselineTable = (rows: readonly BaselineEvidence[], tiles: number): ReportTable => ({
  caption: `What the network makes of a baseline, and what attributions from it add up to, on ${tiles} tiles`,
  columns: ['baseline', 'called', 'on', 'mean p', 'mean f(x) − f(b), logits', '95\u00a0% interval', 'negative on'],
  rows: rows.map(({ baseline, calledMost, certainty, total, negative }) => [
    baseline,
    className(calledMost.label),
    percent(calledMost.share, 0),
    certainty.toFixed(3),
    total.mean.toFixed(2),
    `${total.low.toFixed(2)} – ${total.high.toFixed(2)}`,
    percent(negative, 0),
  ]),
})

/** Rank correlation of maps from another baseline with those from black, and the sums of both. JSON. */
export interface MapsByBaseline {
  readonly tile: string
  readonly sums: Readonly<Record<string, number>>
  readonly spearmanToBlack: Readonly<Record<string, number>>
}

/** For maps by baseline, the first of them black. */
export const mapsByBaseline = (explained: readonly ExplainedImage[]): MapsByBaseline[] =>
  explained.map(({ source, results }) => {
    const black = results[0]!.attribution
    return {
      tile: className(source.truth!),
      sums: Object.fromEntries(
        results.map(({ method, attribution }) => [
          method.title,
          rowOf(Object.values(attribution.maps)[0]!, 0).reduce((sum, value) => sum + value, 0),
        ]),
      ),
      spearmanToBlack: Object.fromEntries(
        results
          .slice(1)
          .map(({ method, attribution }) => [method.title, mapSimilarity(black, attribution)[0]!.spearman]),
      ),
    }
  })

export const mapsTable = (rows: readonly MapsByBaseline[]): ReportTable => {
  const others = Object.keys(rows[0]!.spearmanToBlack)
  return {
    caption: 'Rank correlation of integrated gradients from another baseline with those from black, one tile a class',
    columns: ['tile', ...others],
    rows: rows.map(({ tile, spearmanToBlack }) => [tile, ...others.map((name) => spearmanToBlack[name]!.toFixed(2))]),
  }
}
