import { join } from 'node:path'
import { type Comparison, compare } from '@explainnet/compare'
import { type LayeredModel, type NDArray, prepareImage, randomStream } from '@explainnet/core'
import { pollenSim } from '@explainnet/datasets'
import { loadModel } from '@explainnet/node'
import { pollenSimModelPath } from '../models.ts'
import { type NamedMethod, preprocessingOf } from '../study/explain-images.ts'
import { kept } from '../study/kept.ts'
import { measurementFiles } from '../study/measurement-files.ts'
import { rounded, writePage } from '../study/page.ts'
import { type ShareRow, sharesFigureOf, shareTable } from '../study/share-rows.ts'
import { picturesWithTrait, simShares } from '../study/sim-shares.ts'
import { shareRows } from '../study/sim-summary.ts'
import { type StudyReport, setting } from '../study/study-report.ts'
import { comparedTechniques } from './compared-techniques.ts'

export interface ChooserStudyOptions {
  /** Where report and results go; costly results are kept in `kept` there. */
  readonly out: string
  /** Held-out pictures whose class has a trait. Default 200. */
  readonly images?: number | undefined
  /** Comparisons, each with its own seed from 0 and its own pictures. Default 10. */
  readonly seeds?: number | undefined
  /** Pictures of each comparison, drawn from the held-out ones. Default 10. */
  readonly examples?: number | undefined
  /** Of each comparison, in passes. Default 40,000. */
  readonly passes?: number | undefined
  /** Default: those of `explainnet compare` that take at most 250 passes a map and no random draws. */
  readonly methods?: readonly NamedMethod[] | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((share: number, text: string) => void) | undefined
}

/** Ten comparisons of the others take hours on one core. */
const affordable = new Set([
  'saliency',
  'input-x-gradient',
  'integrated-gradients',
  'grad-cam',
  'grad-cam-plus-plus',
  'occlusion',
  'guided-backprop',
])

/**
 * Whether the chooser chooses well where the right answer is known: on rendered pollen, whose planted traits it is not
 * told. For each seed it compares the methods on pictures of its own; beside that stands how much of each method's
 * relevance lies on the planted trait, over all held-out pictures. On the current backend. A stopped run goes on where it
 * was.
 *
 * @throws ExplainError `unwritable`, `aborted`.
 */
export async function chooserStudy(options: ChooserStudyOptions): Promise<StudyReport> {
  const { out, images = 200, seeds = 10, examples = 10, passes = 40_000, signal, onProgress } = options
  const { methods = comparedTechniques().filter(({ name }) => affordable.has(name)) } = options
  const model: LayeredModel = await loadModel(pollenSimModelPath)
  const folder = join(out, 'kept')
  const indices = picturesWithTrait(images)
  const from = [await model.fingerprint?.(), methods.map(({ method }) => method.spec), examples, passes, images]
  const comparisons: Comparison[] = []
  for (let seed = 0; seed < seeds; seed++) {
    const text = (what: string) => `seed ${seed}: ${what}`
    comparisons.push(
      await kept({ folder, name: `comparison-${seed}`, from }, async () =>
        compare(model, inputOf(model, drawn(indices, examples, seed)), methods, {
          seed,
          budget: { passes },
          store: measurementFiles(join(folder, 'measured')),
          signal,
          onProgress: (share, what) => onProgress?.((0.75 * (seed + share)) / seeds, text(what)),
        }),
      ),
    )
  }
  const compared = methods.filter(({ name }) =>
    comparisons.some((one) => one.methods.some((method) => method.name === name && method.outcome !== 'left-out')),
  )
  const pictures = await simShares(model, compared, indices, {
    folder,
    signal,
    onProgress: (share, what) => onProgress?.(0.75 + 0.25 * share, what),
  })
  const rows = shareRows(compared, pictures)
  const summary = summarise(comparisons, compared, rows)
  const { facts, provenance } = await setting(model)
  const results = rounded({
    study: 'chooser',
    command: 'explainnet study chooser',
    ...provenance,
    question: 'whether the method that is recommended without masks is among the best on the planted trait',
    held: { pictures: pictures.length, examplesOfAComparison: examples, budget: { passes } },
    ...summary,
    traitShare: rows,
    seeds: comparisons.map(({ seed, recommendation, ranking, methods: reports, agreement, network, budget }) => ({
      seed,
      pick: recommendation.method,
      spent: budget.spent,
      network: network.outcome,
      agreement,
      ranking: ranking.map(({ name, meanRank, first, overRandom }) => ({ name, meanRank, first, overRandom })),
      dropped: reports.flatMap(({ name, outcome, reason }) =>
        outcome === 'ranked' ? [] : [{ name, outcome, reason }],
      ),
    })),
  })
  const report = await writePage(out, {
    title: 'Does the chooser choose well?',
    lead: 'What is recommended without knowing the planted traits, beside how much of each map lies on them.',
    facts: [
      ...facts,
      ['Picks', summary.picks.map(({ name, count }) => `${name} ${count} of ${seeds}`).join(', ')],
      ['Within the interval of the best', summary.withinBest ? 'yes' : 'no'],
    ],
    figures: [
      {
        file: 'trait-share',
        caption: `Relevance on the planted trait over ${pictures.length} held-out pictures; grey: maps that know nothing of the network.`,
        figure: sharesFigureOf(rows),
      },
    ],
    tables: [
      {
        caption: 'Mean rank by seed; 1 is best, empty where it was dropped',
        columns: ['method', ...comparisons.map(({ seed }) => `seed ${seed}`)],
        rows: compared.map(({ name, title }) => [
          title,
          ...comparisons.map(({ ranking }) => ranking.find((one) => one.name === name)?.meanRank.mean.toFixed(2) ?? ''),
        ]),
      },
      shareTable(rows),
    ],
    results,
  })
  onProgress?.(1, 'report')
  return { report, results }
}

function summarise(comparisons: readonly Comparison[], compared: readonly NamedMethod[], rows: readonly ShareRow[]) {
  const names = comparisons.map(({ recommendation }) => recommendation.method ?? 'none')
  const picks = [...new Set(names)]
    .map((name) => ({ name, count: names.filter((one) => one === name).length }))
    .sort((a, b) => b.count - a.count)
  const shareOf = (name: string) =>
    rows.find((row) => !row.control && row.name === compared.find((method) => method.name === name)?.title)?.positive
  const best = rows.filter((row) => !row.control).sort((a, b) => b.positive.mean - a.positive.mean)[0]!
  const pick = shareOf(picks[0]!.name)
  return {
    picks,
    best: { name: best.name, ...best.positive },
    pickShare: pick,
    withinBest: pick !== undefined && pick.mean >= best.positive.low,
  }
}

/** `count` of the indices, without replacement. */
function drawn(indices: readonly number[], count: number, seed: number): number[] {
  const random = randomStream(seed, indices.length)
  const left = [...indices]
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(random.integer(left.length), 1)[0]!)
}

function inputOf(model: LayeredModel, indices: readonly number[]): NDArray {
  const inputs = indices.map((index) => prepareImage(pollenSim({ seed: 0, index }), preprocessingOf(model)).input)
  const size = inputs[0]!.data.length
  const data = new Float32Array(size * inputs.length)
  inputs.forEach((input, i) => {
    data.set(input.data, i * size)
  })
  return { shape: [inputs.length, ...inputs[0]!.shape.slice(1)], data }
}
