import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describePreprocessing, type LayeredModel } from '@explainnet/core'
import { type LabelledFile, listFolder } from '@explainnet/datasets/folder'
import { decodeImage, loadModel } from '@explainnet/node'
import type { ReportTable } from '@explainnet/viz'
import { evaluateFolder } from '../evaluate/folder.ts'
import { pollenModelPath, readHeldOut } from '../models.ts'
import type { EpochRecord } from '../train/state.ts'
import { convergence } from './convergence.ts'
import { preprocessingOf } from './explain-images.ts'
import { globalSaliency } from './global-saliency.ts'
import { readHistory } from './history.ts'
import { linearWeights } from './linear-weights.ts'
import { type PageFigure, percent, rounded, writePage } from './page.ts'
import { gradCamFigure, pathFigures } from './path-figures.ts'
import * as figures from './pollen-figures.ts'
import { type SmoothingGrid, studyGrid } from './smoothing.ts'
import { smoothingChoice, smoothingThumbnails } from './smoothing-choice.ts'
import type { StageOptions } from './stage.ts'
import { oneImageAClass, type StudyImage } from './study-images.ts'
import { type StudyReport, setting } from './study-report.ts'
import { type Smoothing, techniquesForEveryClass } from './technique-rows.ts'

/** The parts of the study, in the order of the report, and about what share of the time each takes. */
const stages = {
  samples: 0,
  training: 0,
  evaluation: 0.01,
  smoothing: 0.72,
  techniques: 0.05,
  path: 0.005,
  'grad-cam': 0.005,
  global: 0.04,
  linear: 0.02,
  convergence: 0.15,
} as const

export type PollenStage = keyof typeof stages
export const pollenStages = Object.keys(stages) as readonly PollenStage[]

/** A trained network with what it was trained on. */
export interface StudiedNetwork {
  readonly model: LayeredModel
  readonly history: readonly EpochRecord[]
  readonly validation: readonly LabelledFile[]
  readonly test: readonly LabelledFile[]
}

export interface PollenStudyOptions {
  /** The photographs: a folder of class folders, or of flat files whose names tell the class. */
  readonly folder: string
  /** Where report, figures and results go; costly results are kept in `kept` there. */
  readonly out: string
  /** Default: all. */
  readonly stages?: readonly PollenStage[] | undefined
  /** Default: the committed one. */
  readonly network?: StudiedNetwork | undefined
  /** Noise and samples to choose from. Default: the study's 14 × 8. */
  readonly grid?: SmoothingGrid | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: StageOptions['onProgress']
}

/**
 * The pollen study on photographs, whole: samples, training curves, evaluation on the test split, the choice of
 * SmoothGrad's noise and samples, every technique on one photograph a class, the path of integrated gradients, Grad-CAM,
 * global saliency, the weights of a linear model, and how integrated gradients converge on the test split. On the current
 * backend. A quarter of an hour on one core for POLLEN23E; a stopped run goes on where it was.
 *
 * @throws ExplainError `bad-file` if the folder has none of the test photographs, `unwritable`, `aborted`.
 */
export async function pollenStudy(options: PollenStudyOptions): Promise<StudyReport> {
  const { folder, out, grid = studyGrid, signal, stages: wanted = pollenStages } = options
  const network = options.network ?? (await committedNetwork())
  const { model, test, validation } = network
  const images = await oneImageAClass(model, folder, test)
  const all = await listFolder(folder)
  const heldOut = new Set([...test, ...validation].map((file) => file.path))
  const files = { test, validation, train: all.filter((file) => !heldOut.has(file.path)) }
  const study = { network, images, folder, files, all, grid }
  const chosen = pollenStages.filter((stage) => wanted.includes(stage))
  const total = chosen.reduce((sum, stage) => sum + stages[stage], 0)
  const part: Part = { figures: [], tables: [], results: {} }
  let done = 0
  for (const stage of chosen) {
    const onProgress = (share: number, text: string) =>
      options.onProgress?.(total > 0 ? (done + share * stages[stage]) / total : 1, text)
    await run[stage](study, { folder: join(out, 'kept'), signal, onProgress }, part)
    done += stages[stage]
  }
  const { facts, provenance } = await setting(model)
  const results = rounded({
    study: 'pollen',
    command: 'explainnet study pollen --data <pollen23e>',
    ...provenance,
    ...part.results,
  })
  const counts = `${files.train.length} for training, ${validation.length} for validation, ${test.length} for test`
  const report = await writePage(out, {
    title: 'The pollen study',
    lead: `What a convolutional network looks at in photographs of ${images.length} kinds of pollen.`,
    facts: [...facts, ['Input', describePreprocessing(preprocessingOf(model))], ['Photographs', counts]],
    figures: part.figures,
    tables: part.tables,
    results,
  })
  options.onProgress?.(1, 'report')
  return { report, results }
}

async function committedNetwork(): Promise<StudiedNetwork> {
  const { test, validation } = await readHeldOut()
  const history = readHistory(await readFile(join(pollenModelPath, 'history.csv'), 'utf8'))
  return { model: await loadModel(pollenModelPath), history, test, validation }
}

interface Study {
  readonly network: StudiedNetwork
  readonly images: readonly StudyImage[]
  readonly folder: string
  readonly files: { readonly [split in 'train' | 'validation' | 'test']: readonly LabelledFile[] }
  readonly all: readonly LabelledFile[]
  readonly grid: SmoothingGrid
}

/** What the stages have made so far. */
interface Part {
  readonly figures: PageFigure[]
  readonly tables: ReportTable[]
  readonly results: Record<string, unknown>
  smoothing?: Smoothing
}

type Stage = (study: Study, options: StageOptions, part: Part) => Promise<void>

const run: Readonly<Record<PollenStage, Stage>> = {
  async samples({ images }, _, part) {
    part.figures.push(figures.samplesFigure(images))
  },
  async training({ network: { history } }, _, part) {
    part.figures.push(figures.trainingFigure(history))
    const best = history.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a))
    const { epoch, validationLoss, validationAccuracy } = best
    part.results['training'] = { epochs: history.length, bestEpoch: epoch, validationLoss, validationAccuracy }
  },
  async evaluation({ network: { model }, folder, files }, { signal, onProgress }, part) {
    const report = await evaluateFolder(model, folder, {
      decode: decodeImage,
      files: files.test,
      signal,
      onProgress: (done, count) => onProgress?.(done / count, `evaluation: ${done} of ${count}`),
    })
    part.figures.push(figures.confusionOf(report))
    part.tables.push(figures.classTable(report))
    const { corrupt: _, ...test } = report
    part.results['test'] = test
  },
  async smoothing({ network: { model }, images, grid }, options, part) {
    const thumbnails = await smoothingThumbnails(model, images[0]!, grid, { ...options, onProgress: undefined })
    const choice = await smoothingChoice(model, images, grid, options)
    const { chosen, best, random, cells, levels, counts } = choice
    part.smoothing = { noise: chosen.noise, samples: chosen.samples }
    part.figures.push(figures.smoothingFigure(choice, images[0]!, thumbnails))
    part.results['smoothing'] = {
      metric:
        'insertion minus deletion, pixels replaced by a blurred copy, 10 steps, probability of the predicted class',
      rule: 'fewest samples, then least noise, within one standard error (of paired differences) of the best',
      images: images.length,
      chosen,
      best,
      random,
      levels,
      counts,
      means: levels.map((_, level) => counts.map((_, count) => cells[level * counts.length + count]!.score.mean)),
    }
  },
  async techniques({ network: { model }, images }, options, part) {
    const rows = await techniquesForEveryClass(model, images, part.smoothing, options)
    part.figures.push(...figures.comparisonFigures(rows, part.smoothing))
    part.tables.push(figures.costTable(rows))
  },
  async path({ network: { model }, images }, { signal }, part) {
    part.figures.push(...(await pathFigures(model, images[0]!, signal)))
  },
  async 'grad-cam'({ network: { model }, images }, { signal }, part) {
    part.figures.push(await gradCamFigure(model, images[0]!, signal))
  },
  async global({ network: { model }, folder, all }, options, part) {
    const labels = model.card?.labels ?? []
    const known = all.filter((file) => labels.includes(file.label))
    part.figures.push(figures.globalFigure(labels, await globalSaliency(model, folder, known, options)))
  },
  async linear({ network: { model }, folder, files }, options, part) {
    const linear = await linearWeights(model, folder, files, options)
    part.figures.push(figures.linearFigure(model.card?.labels ?? [], linear))
    const { accuracy, images, size } = linear
    part.results['linearModel'] = { accuracy, trainingImages: images, size }
  },
  async convergence({ network: { model }, folder, files }, options, part) {
    const found = await convergence(model, folder, files.test, options)
    part.results['integratedGradients'] = found
    part.tables.push({
      caption: `Integrated gradients on the test split: the stop was met within 512 evaluations on ${found.converged} of ${found.images} photographs (95\u00a0% Wilson interval ${percent(found.interval.low)} – ${percent(found.interval.high)})`,
      columns: ['', 'median', 'largest'],
      rows: [
        ['evaluations', String(found.evaluations.median), String(found.evaluations.largest)],
        ['error of completeness', percent(found.completeness.median, 2), percent(found.completeness.largest, 2)],
        ['change of the map at the last doubling', percent(found.change.median), percent(found.change.largest)],
      ],
    })
  },
}
