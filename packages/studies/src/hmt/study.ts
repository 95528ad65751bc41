import { join } from 'node:path'
import { describePreprocessing, type LayeredModel } from '@explainnet/core'
import { listFolder } from '@explainnet/datasets/folder'
import { preprocessingOf } from '../study/explain-images.ts'
import { rounded, writePage } from '../study/page.ts'
import type { StageOptions } from '../study/stage.ts'
import { type StudyReport, setting } from '../study/study-report.ts'
import { stratifiedSample } from './sample.ts'
import { type HmtStage, hmtStages, stages } from './stages.ts'
import { type Part, type Study, sampleSeed } from './study-parts.ts'

export interface HmtStudyOptions {
  readonly model: LayeredModel
  /** The test set: a folder of class folders named as the model's labels. */
  readonly folder: string
  /** Where report, figures and results go; costly results are kept in `kept` there. */
  readonly out: string
  /** Default: all. */
  readonly stages?: readonly HmtStage[] | undefined
  /** Tiles of every class for what costs hundreds of passes a tile. Default 8. */
  readonly perClass?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: StageOptions['onProgress']
}

/**
 * The histology study: the published network evaluated on its test set, one tile a class by every technique, the masks of
 * RISE and SISE, why integrated gradients from black look inverted, and drop and increase in confidence beside the published
 * figures: gradient methods on the whole test set, all methods on a stratified sample. An hour on two cores with workers; a
 * stopped run goes on where it was.
 *
 * @throws ExplainError `bad-file`, `unwritable`, `aborted`.
 */
export async function hmtStudy(options: HmtStudyOptions): Promise<StudyReport> {
  const { model, folder, out, perClass = 8, signal, stages: wanted = hmtStages } = options
  const files = await listFolder(folder)
  const study: Study = { model, folder, files, sample: stratifiedSample(files, perClass, sampleSeed) }
  const chosen = hmtStages.filter((stage) => wanted.includes(stage))
  const total = chosen.reduce((sum, stage) => sum + stages[stage].share, 0)
  const part: Part = { figures: [], tables: [], results: {}, notes: [] }
  let done = 0
  for (const stage of chosen) {
    const onProgress = (share: number, text: string) =>
      options.onProgress?.((done + share * stages[stage].share) / total, text)
    await stages[stage].run(study, { folder: join(out, 'kept'), signal, onProgress }, part)
    done += stages[stage].share
  }
  const { facts, provenance } = await setting(model)
  const results = rounded({
    study: 'hmt',
    command: 'explainnet study hmt --data <HMT_test>',
    ...provenance,
    ...part.results,
  })
  const report = await writePage(out, {
    title: 'The histology study',
    lead: 'What the published network looks at in tiles of colorectal tissue, and how well each technique finds it by the measure of the study.',
    facts: [
      ...facts,
      ['Input', describePreprocessing(preprocessingOf(model))],
      [
        'Tiles',
        `${files.length} for test; ${study.sample.length} of them, ${perClass} a class drawn by seed ${sampleSeed}, for what costs hundreds of passes a tile`,
      ],
      ['Source', 'Kather et al. 2016, Sci Rep 6:27988, doi:10.1038/srep27988; tiles: Zenodo 53169, CC BY 4.0'],
    ],
    figures: part.figures,
    tables: part.tables,
    notes: part.notes,
    results,
  })
  options.onProgress?.(1, 'report')
  return { report, results }
}
