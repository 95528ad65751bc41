import { join } from 'node:path'
import { backendRecord } from '@explainnet/core'
import type { ReportTable } from '@explainnet/viz'
import { percent, rounded, writePage } from '../study/page.ts'
import type { StageOptions } from '../study/stage.ts'
import type { StudyReport } from '../study/study-report.ts'
import { moleculeTask } from './molecule-task.ts'
import { questionTask } from './question-task.ts'
import type { Task, TaskOptions } from './task.ts'
import { translationTask } from './translation-task.ts'

export interface BeyondImagesOptions {
  /** Where report, figures and results go; trained networks are kept in `kept` there. */
  readonly out: string
  /** Of data, weights and order. Default 0. */
  readonly seed?: number | undefined
  /** Default: 3000 to train on, 500 held out, 200 of them explained. */
  readonly sizes?: TaskOptions['sizes'] | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: StageOptions['onProgress']
}

const tasks = [questionTask, moleculeTask, translationTask] as const
/** About what share of the time each takes. */
const shares = [0.05, 0.15, 0.8] as const

/**
 * The integrated-gradients paper's tasks beyond images, on generated data in which what decides is known: question
 * classification, a molecule-like graph and a translation with one attribution row per output token. The networks are
 * trained on the current backend, whose gradients must be registered: about two minutes on one core.
 *
 * @throws ExplainError `unwritable`, `aborted`.
 */
export async function beyondImagesStudy(options: BeyondImagesOptions): Promise<StudyReport> {
  const { out, seed = 0, sizes = { training: 3000, heldOut: 500, explained: 200 }, signal } = options
  const done: Task[] = []
  for (const [i, task] of tasks.entries()) {
    const before = shares.slice(0, i).reduce((sum, share) => sum + share, 0)
    const onProgress: StageOptions['onProgress'] = (share, text) =>
      options.onProgress?.(before + share * shares[i]!, text)
    done.push(await task({ folder: join(out, 'kept'), seed, sizes, signal, onProgress }))
  }
  const backend = backendRecord()
  const results = rounded({
    study: 'beyond-images',
    command: 'explainnet study beyond-images',
    seed,
    sizes,
    backend,
    tasks: done.map(({ title, accuracy, rows, completeness, results: further }) => ({
      title,
      accuracy,
      ...further,
      completeness: completeness && { largest: Math.max(...completeness) },
      methods: rows,
    })),
  })
  const report = await writePage(out, {
    title: 'Beyond images: words, graphs and sequences',
    lead: 'The further tasks of the integrated-gradients paper, on generated data in which it is known what decides.',
    facts: [
      ['Backend', [backend.name, backend.device].filter(Boolean).join(', ')],
      ['Seed', String(seed)],
      ['Examples', `${sizes.training} to train on, ${sizes.heldOut} held out, ${sizes.explained} of them explained`],
    ],
    figures: done.flatMap((task) => task.figures),
    tables: done.map(tableOf),
    notes: [
      'Data are made by rules, so that the words, atoms and bonds that decide are known; the networks have seen none of the examples that are explained.',
      'A word enters the network as its embedding. A map over embeddings is summed over each word’s numbers; of the plain gradient absolute values are summed.',
      'Integrated gradients start from zero embeddings and from the graph without atoms and bonds.',
      'The shares are of positive relevance; the planted words also matter by context, so that 100 % is not what a faithful map must reach.',
    ],
    results,
  })
  options.onProgress?.(1, 'report')
  return { report, results }
}

const tableOf = ({ title, accuracy, rows }: Task): ReportTable => ({
  caption: `${title}: accuracy ${percent(accuracy.value)} on ${accuracy.examples} held-out examples`,
  columns: ['method', 'share of positive relevance on what decides', '95 % interval', 'most relevant place decides'],
  rows: rows.map(({ name, found: { share, first } }) => [
    name,
    percent(share.mean),
    `${percent(share.low)} – ${percent(share.high)}`,
    `${first.count} of ${first.of}`,
  ]),
})
