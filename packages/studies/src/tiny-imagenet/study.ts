import { basename, extname, join } from 'node:path'
import { describePreprocessing, ExplainError, type LayeredModel, prepareImage } from '@explainnet/core'
import { type LabelledFile, readFolder } from '@explainnet/datasets/folder'
import { decodeImage } from '@explainnet/node'
import type { ReportTable } from '@explainnet/viz'
import { changesNotes, changesTable, type TableMethod } from '../confidence-change/index.ts'
import { evaluateFolder, type FolderReport } from '../evaluate/folder.ts'
import { preprocessingOf } from '../study/explain-images.ts'
import { kept } from '../study/kept.ts'
import { type PageFigure, percent, rounded, writePage } from '../study/page.ts'
import { trainingFigure } from '../study/pollen-figures.ts'
import type { StageOptions } from '../study/stage.ts'
import { type StudyReport, setting } from '../study/study-report.ts'
import type { EpochRecord } from '../train/state.ts'
import { className, tinyImageNetTestFiles } from '../train/tiny-imagenet/test-files.ts'
import { dropAndIncreaseRows, frac, tableMethods } from './drop-increase.ts'
import { classTable, confusionOf, wrongScalingTable } from './evaluation-figures.ts'
import { type ChosenImage, explanationFigures, predictionOf } from './explanations.ts'
import { ownNetwork, publishedNetwork, type StudiedClassifier } from './networks.ts'
import { wrongScaling, wrongScalingFigure } from './wrong-scaling.ts'

export interface TinyImageNetStudyOptions {
  /** The folder that holds Tiny ImageNet's `val`. */
  readonly folder: string
  /** Where report, figures and results go; costly results are kept in `kept` there. */
  readonly out: string
  /** The picture that is explained. Default: the first goldfish of `val`. */
  readonly image?: ChosenImage | undefined
  /** The study's own network, `loadSeedModel('tiny-imagenet')`; without it the report has ours alone. */
  readonly published?: LayeredModel | undefined
  /** Default: the committed one. */
  readonly own?: { readonly network: StudiedClassifier; readonly history: readonly EpochRecord[] } | undefined
  /** Rows of the table of drop and increase. Default: all. */
  readonly methods?: readonly TableMethod[] | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((share: number, text: string) => void) | undefined
}

/**
 * The study of Tiny ImageNet, whole: training curves and evaluation of our network, evaluation of the published one, both on a
 * chosen picture (prediction, Grad-CAM, Grad-CAM++, integrated gradients, saliency), what wrongly scaled pixels do, and drop and
 * increase on all of `val`. On the current backend; a stopped run goes on where it was.
 *
 * @throws ExplainError `bad-file` for a folder without `val`, `unwritable`, `aborted`.
 */
export async function tinyImageNetStudy(options: TinyImageNetStudyOptions): Promise<StudyReport> {
  const { folder, out, signal, methods = tableMethods() } = options
  const { network, history } = options.own ?? (await ownNetwork())
  const networks = [network, ...(options.published ? [publishedNetwork(options.published)] : [])]
  const files = await tinyImageNetTestFiles(folder)
  const image = options.image ?? (await firstPicture(folder, files))
  const stage = (from: number, to: number) => ({
    folder: join(out, 'kept'),
    signal,
    onProgress: (share: number, text: string) => options.onProgress?.(from + share * (to - from), text),
  })
  const figures: PageFigure[] = [trainingFigure(history)]
  const tables: ReportTable[] = []
  const results: Record<string, unknown> = {}

  const best = history.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a))
  const { epoch, validationLoss, validationAccuracy } = best
  results['training'] = { epochs: history.length, bestEpoch: epoch, validationLoss, validationAccuracy }

  const unreadable = new Map<string, string>()
  for (const [place, one] of networks.entries()) {
    const report = await evaluation(one, folder, stage(0.1 * place, 0.1 * (place + 1)))
    for (const { path, reason } of report.corrupt) unreadable.set(path, reason)
    figures.push(confusionOf(one, report))
    tables.push(classTable(one, report))
    const { accuracy, interval, correct, count, loss } = report
    results[one.key] = { accuracy, interval, correct, count, loss }
  }

  const predictions = []
  for (const one of networks) {
    stage(0.2, 0.2).onProgress(0, `${image.name}: ${one.title}`)
    const { input } = prepareImage(image.image, preprocessingOf(one.model))
    predictions.push({ network: one.title, ...(await predictionOf(one, input, signal)) })
    figures.push(...(await explanationFigures(one, image, signal)))
  }
  results['picture'] = { name: image.name, truth: image.truth, predictions }
  tables.unshift({
    caption: `What ${image.name} is taken for${image.truth ? `; it shows: ${image.truth}` : ''}`,
    columns: ['network', 'prediction', 'confidence'],
    rows: predictions.map(({ network, label, confidence }) => [network, label, percent(confidence)]),
  })

  if (options.published) {
    const found = await wrongScaling(options.published, folder, files, 25, stage(0.25, 0.35))
    figures.push(await wrongScalingFigure(options.published, image, signal))
    tables.push(wrongScalingTable(found))
    results['wrongScaling'] = found
  }

  const rows = await dropAndIncreaseRows(network.model, folder, files, methods, stage(0.35, 1))
  tables.push(changesTable(`Drop and increase of our network on val, ${frac} kept`, rows))
  results['dropIncrease'] = { frac, rows }

  const { facts, provenance } = await setting(network.model)
  const written = rounded({
    study: 'tiny-imagenet',
    command: 'explainnet study tiny-imagenet --data <tinyimagenet>',
    ...provenance,
    ...results,
  })
  const report = await writePage(out, {
    title: 'The Tiny ImageNet study',
    lead: 'What convolutional networks look at in small photographs of goldfish, salamanders, frogs, scorpions and geese.',
    facts: [...facts, ...networks.map(inputFact)],
    figures,
    tables,
    notes: [
      'Pixels are scaled as the model’s card says, once, for the prediction and for every map; the study gave its maps other pixels than its network was trained on.',
      ...changesNotes(frac),
      ...[...unreadable].map(([path, reason]) => `${path} could not be read and was left out: ${reason}`),
    ],
    results: written,
  })
  options.onProgress?.(1, 'report')
  return { report, results: written }
}

const inputFact = ({ model, title }: StudiedClassifier): [name: string, value: string] => [
  `Input of ${title}`,
  describePreprocessing(preprocessingOf(model)),
]

/** The network on all of `val`, kept until one of the two changes. */
async function evaluation(
  { model, key, title, names }: StudiedClassifier,
  folder: string,
  { folder: keep, signal, onProgress }: StageOptions,
): Promise<FolderReport> {
  const files = await tinyImageNetTestFiles(folder, { names })
  const from = [await model.fingerprint?.(), preprocessingOf(model), files]
  return kept({ folder: keep, name: `${key}-evaluation`, from }, () =>
    evaluateFolder(model, folder, {
      decode: decodeImage,
      files,
      signal,
      onProgress: (done, count) => onProgress?.(done / count, `evaluation of ${title}: ${done} of ${count}`),
    }),
  )
}

/** The first picture of `val` that can be read. */
async function firstPicture(folder: string, files: readonly LabelledFile[]): Promise<ChosenImage> {
  for await (const { image, path, label } of readFolder(folder, files, { decode: decodeImage, onCorrupt: 'skip' })) {
    return { name: basename(path, extname(path)), image, truth: className(label) }
  }
  throw new ExplainError('bad-image', `No picture in ${folder} could be read.`, 'Give the folder of Tiny ImageNet.')
}
