import { figureSvg, type ReportData, type ReportFigure, type ReportTable, report, sharesFigure } from '@explainnet/viz'
import type { Comparison, MethodReport, MetricFigure } from './api.ts'

const outcomes = {
  ranked: 'ranked',
  insane: 'failed the sanity check',
  constant: 'constant map',
  'left-out': 'left out',
  failed: 'failed',
} as const satisfies Record<MethodReport['outcome'], string>

const metricNames = {
  deletion: 'deletion ↓',
  insertion: 'insertion ↑',
  'scaled-infidelity': 'infidelity ↓',
  'relevance-effect': 'effect of relevance ↑',
  'relevance-mass-accuracy': 'relevance on the mask ↑',
  'average-drop': 'average drop ↓',
  increase: 'increase ↑',
  'max-sensitivity': 'max-sensitivity ↓',
} as const satisfies Record<keyof MethodReport['figures'], string>

/** A comparison as one HTML page that works offline: the recommendation first, then the evidence. */
export const comparisonPage = (found: Comparison): string => report(comparisonReport(found))

/** The same as data, for a page with more on it. */
export function comparisonReport(found: Comparison): ReportData {
  const { recommendation, model, examples, budget, plan, network, seed, agreement } = found
  const spent =
    budget.passes === undefined
      ? `${count(budget.spent)} passes`
      : `${count(budget.spent)} of ${count(budget.passes)} passes`
  return {
    title: 'Which method explains this network',
    lead: `${recommendation.text} ${tally(found)}`,
    facts: [
      ['Network', `${model.name ?? model.kind}${model.sha256 ? ` (SHA-256 ${model.sha256.slice(0, 12)}…)` : ''}`],
      [
        'Examples',
        `${examples}, of which ${plan.sanityExamples} for sanity and ${plan.robustnessExamples} for robustness`,
      ],
      ['Budget', `${spent}${budget.milliseconds === undefined ? '' : `, ${budget.milliseconds / 1000} s`}`],
      ['What the network knows', network.reason],
      ...(agreement === undefined
        ? []
        : [['Agreement of the metrics', `Kendall’s W ${agreement.toFixed(2)}`] as const]),
      ['Seed', String(seed)],
    ],
    figures: [...rankFigure(found), ...sanityFigures(found)],
    tables: [
      listTable('Why', recommendation.reasons),
      listTable('What it does not say', recommendation.limits),
      rankTable(found),
      figuresTable(found),
      outcomeTable(found),
    ].filter(({ rows }) => rows.length > 0),
    notes: [
      'Sanity: a method fails if the interval of its maps’ similarity to those of the randomised network overlaps its own seed-to-seed similarity (1 if deterministic) or reaches above 0.5. Weights are permuted in a copy.',
      'Rank: on every example and metric the methods are ranked; ranks are averaged. Intervals are by 2,000 resamples of the examples.',
      'Deletion and insertion ask whether the order of relevance is right (Petsiuk et al. 2018), infidelity whether its amounts are (Yeh et al. 2019, scaled), the effect of relevance whether it lies where hiding hurts.',
      'Max-sensitivity is the largest change of the map, relative to its size, under noise of 2 % of the range (Yeh et al. 2019).',
      'Average drop and increase are shown and not ranked by: what they keep is a share of the map, which favours wide ones.',
    ],
  }
}

const listTable = (caption: string, texts: readonly string[]): ReportTable => ({
  caption,
  columns: [''],
  rows: texts.map((text) => [text]),
})

function rankFigure({ ranking, examples }: Comparison): ReportFigure[] {
  if (ranking.length === 0) return []
  const figure = sharesFigure({
    title: 'Mean rank',
    subtitle: 'Over metrics and examples; less is better.',
    axis: 'mean rank',
    domain: [0, ranking.length],
    rows: ranking.map(({ title, meanRank }) => ({
      name: title,
      value: meanRank.mean,
      interval: [meanRank.low, meanRank.high],
    })),
  })
  return [
    { title: 'Mean rank', caption: `Mean rank with 95 % intervals over ${examples} examples.`, svg: figureSvg(figure) },
  ]
}

/** One for the whole network and one for its upper half: methods fail by either. */
function sanityFigures({ methods }: Comparison): ReportFigure[] {
  const networks = [
    { of: 'similarity', title: 'Similarity to the maps of the randomised network' },
    { of: 'upperHalf', title: 'Similarity where the upper half of the network is randomised' },
  ] as const
  return networks.flatMap(({ of, title }) => {
    const tested = methods.flatMap(({ title: name, sanity, outcome }) => {
      const found = sanity?.[of]
      return found ? [{ name, found, failed: outcome === 'insane' }] : []
    })
    if (tested.length === 0) return []
    const figure = sharesFigure({
      title,
      subtitle: 'Rank correlation of maps; grey: failed the check by this or by the other.',
      axis: 'similarity',
      domain: [Math.min(0, ...tested.map(({ found }) => found.low)), 1],
      rows: tested.map(({ name, found, failed }) => ({
        name,
        value: found.mean,
        interval: [found.low, found.high],
        control: failed,
      })),
    })
    const caption = 'A map that stays when the network forgets explains something else. Above 0.5 a method fails.'
    return [{ title, caption, svg: figureSvg(figure) }]
  })
}

/** What became of the methods, in a sentence. */
function tally({ methods }: Comparison): string {
  const parts = Object.entries(outcomes).flatMap(([outcome, words]) => {
    const number = methods.filter((one) => one.outcome === outcome).length
    return number === 0 ? [] : [`${number} ${words}`]
  })
  return `Of ${methods.length} methods: ${parts.join(', ')}.`
}

const rankTable = ({ ranking, metrics }: Comparison): ReportTable => ({
  caption: 'Ranking',
  columns: ['method', 'mean rank', '95 % interval', 'comes first', 'behind the best', 'better than a random map on'],
  rows: ranking.map(({ title, meanRank, first, behind, overRandom }) => [
    title,
    meanRank.mean.toFixed(2),
    `${meanRank.low.toFixed(2)} – ${meanRank.high.toFixed(2)}`,
    `${Math.round(100 * first)} %`,
    behind.high === 0 && behind.low === 0
      ? ''
      : `${behind.mean.toFixed(2)} (${behind.low.toFixed(2)} – ${behind.high.toFixed(2)})`,
    `${overRandom.length} of ${metrics.length}`,
  ]),
})

function figuresTable({ methods, ranking }: Comparison): ReportTable {
  const ranked = ranking.map(({ name }) => methods.find((one) => one.name === name)!)
  const keys = Object.keys(metricNames).filter((key) =>
    ranked.some(({ figures }) => key in figures),
  ) as (keyof typeof metricNames)[]
  const cell = (figure: MetricFigure | undefined) =>
    figure ? `${figure.mean.toFixed(3)} (${figure.low.toFixed(3)} – ${figure.high.toFixed(3)})` : ''
  return {
    caption: 'Figures, mean with 95 % interval',
    columns: ['method', ...keys.map((key) => metricNames[key]), 'passes a map'],
    rows: ranked.map(({ title, figures, cost }) => [title, ...keys.map((key) => cell(figures[key])), cost!.passes]),
  }
}

const outcomeTable = ({ methods }: Comparison): ReportTable => ({
  caption: 'What became of every method',
  columns: ['method', 'outcome', 'why'],
  rows: methods.map(({ title, outcome, reason }) => [title, outcomes[outcome], reason]),
})

const count = (value: number): string => value.toLocaleString('en')
