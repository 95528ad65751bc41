import { join } from 'node:path'
import { describePreprocessing, type LayeredModel } from '@explainnet/core'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { loadModel } from '@explainnet/node'
import { pollenSimModelPath } from '../models.ts'
import { checkPollenSim } from '../train/pollen-sim/check.ts'
import { type NamedMethod, preprocessingOf } from './explain-images.ts'
import { kept } from './kept.ts'
import { rounded, writePage } from './page.ts'
import * as figures from './pollen-sim-figures.ts'
import { shareTable } from './share-rows.ts'
import { pairsWithTraits, simPairs } from './sim-pairs.ts'
import { picturesWithTrait, simShares } from './sim-shares.ts'
import { margins, movement, shareRows, sharesByClass, stops } from './sim-summary.ts'
import type { StageOptions } from './stage.ts'
import { type StudyReport, setting } from './study-report.ts'
import { techniques } from './techniques.ts'

export interface PollenSimStudyOptions {
  /** Where report, figures and results go; costly results are kept in `kept` there. */
  readonly out: string
  /** Held-out pictures whose class has a trait. Default 200. */
  readonly images?: number | undefined
  /** Pictures of two grains. Default 60. */
  readonly pairs?: number | undefined
  /** Held-out pictures that the network itself is checked on, the first 500 of them in exchanged pairs. Default 1000. */
  readonly checked?: number | undefined
  /** Default: every technique with its own defaults, and integrated gradients from the picture's mean colour as well. */
  readonly methods?: readonly NamedMethod[] | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: StageOptions['onProgress']
}

/**
 * Where each technique looks on rendered pollen, whose traits are known: the share of relevance on the planted trait
 * beside maps that know nothing of the network, whether maps follow the target when a picture has two grains, and whether
 * the committed network itself looks at the trait. On the current backend. About twenty minutes on one core; a stopped run
 * goes on where it was.
 *
 * @throws ExplainError `unwritable`, `aborted`.
 */
export async function pollenSimStudy(options: PollenSimStudyOptions): Promise<StudyReport> {
  const { out, images = 200, pairs = 60, checked = 1000, signal } = options
  const model: LayeredModel = await loadModel(pollenSimModelPath)
  const { methods = studyMethods() } = options
  // SmoothGrad² and VarGrad only tell how large noisy gradients are: they have no sign that could follow a target.
  const signed = methods.filter(({ name }) => name !== 'smooth-grad-squared' && name !== 'var-grad')
  const stage = (from: number, to: number): StageOptions => ({
    folder: join(out, 'kept'),
    signal,
    onProgress: (done, text) => options.onProgress?.(from + (to - from) * done, text),
  })
  const check = await checkNetwork(model, checked, stage(0, 0.1))
  const pictures = await simShares(model, methods, picturesWithTrait(images), stage(0.1, 0.65))
  const two = await simPairs(model, signed, pairsWithTraits(pairs), stage(0.65, 1))

  const rows = shareRows(methods, pictures)
  const over = margins(methods, pictures)
  const classes = sharesByClass(methods, pictures)
  const moves = movement(signed, two)
  const { facts, provenance } = await setting(model)
  const results = rounded({
    study: 'pollen-sim',
    command: 'explainnet study pollen-sim',
    ...provenance,
    network: check,
    traitShare: {
      images: pictures.length,
      explained: 'the class of the planted trait',
      share: 'sum of max(A, 0) inside the mask / total, channels summed first; mean, bootstrap 95 %',
      maps: rows,
      overControls: over,
      byClass: classes,
    },
    stops: stops(methods, pictures),
    twoGrains: {
      pairs: two.length,
      moved: "each grain's trait got more when its own grain was asked for than when the other was",
      methods: moves,
    },
  })
  const report = await writePage(out, {
    title: 'The pollenSim study',
    lead: 'How much of each map falls on what is known to make the class: the trait that was planted into rendered pollen.',
    facts: [...facts, ['Input', describePreprocessing(preprocessingOf(model))]],
    figures: [
      figures.traitShareFigure(rows, pictures.length),
      await figures.traitGridFigure(model, methods, pictures, signal),
      figures.movementFigure(moves, two.length),
      await figures.pairsFigure(model, signed, two, signal),
    ],
    tables: [
      shareTable(rows),
      figures.marginTable(over),
      figures.classTable(classes),
      figures.pairTable(moves),
      figures.networkTable(check),
    ],
    results,
  })
  options.onProgress?.(1, 'report')
  return { report, results }
}

function studyMethods(): NamedMethod[] {
  const methods: NamedMethod[] = techniques.map(({ name, title, make }) => ({ name, title, method: make() }))
  const place = methods.findIndex(({ name }) => name === 'integrated-gradients')
  // Black is far from every picture, so that the path's relevance covers the bright background.
  const method = integratedGradients({ baseline: 'mean' })
  methods.splice(place + 1, 0, { name: 'integrated-gradients-mean', title: 'Integrated gradients, mean', method })
  return methods
}

const checkNetwork = async (model: LayeredModel, pictures: number, { folder, signal, onProgress }: StageOptions) =>
  kept({ folder, name: 'network', from: [await model.fingerprint?.(), pictures] }, () =>
    checkPollenSim(model, {
      pictures,
      signal,
      onProgress: (done, count) => onProgress?.(done / count, `the network itself: picture ${done} of ${count}`),
    }),
  )
