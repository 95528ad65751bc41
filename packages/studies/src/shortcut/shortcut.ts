import { join } from 'node:path'
import { describePreprocessing, type LayeredModel } from '@explainnet/core'
import { loadModel } from '@explainnet/node'
import { shortcutModelPaths } from '../models.ts'
import { type NamedMethod, preprocessingOf } from '../study/explain-images.ts'
import { kept } from '../study/kept.ts'
import { rounded, writePage } from '../study/page.ts'
import type { StageOptions } from '../study/stage.ts'
import { type StudyReport, setting } from '../study/study-report.ts'
import { techniques } from '../study/techniques.ts'
import { checkShortcut } from '../train/pollen-shortcut/check.ts'
import { barredClass } from '../train/pollen-shortcut/network.ts'
import type { BarRule } from '../train/pollen-shortcut/pictures.ts'
import { barShares } from './bar-shares.ts'
import * as figures from './figures.ts'
import { provenScenes, type ShortcutModels } from './proven.ts'
import { barOnGrids, edgesAtBar, trivialShares, verdicts } from './verdict.ts'

export interface ShortcutStudyOptions {
  /** Where report, figures and results go; costly results are kept in `kept` there. */
  readonly out: string
  /** Held-out pictures that are explained. Default 20. */
  readonly images?: number | undefined
  /** Held-out scenes on whose twins the networks are checked. Default 1000. */
  readonly checked?: number | undefined
  /** Default: every technique with its own defaults, but RISE with 1000 masks. */
  readonly methods?: readonly NamedMethod[] | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: StageOptions['onProgress']
}

/**
 * Which methods reveal a shortcut: a network trained where a scale bar tells one class, proven by twins to go by the bar,
 * explained beside a control that saw as many bars and goes by the trait, on the same pictures, for the same answer. On the
 * current backend. A stopped run goes on where it was.
 *
 * @throws ExplainError `unwritable`, `aborted`.
 */
export async function shortcutStudy(options: ShortcutStudyOptions): Promise<StudyReport> {
  const { out, images = 20, checked = 1000, signal } = options
  const models: ShortcutModels<LayeredModel> = {
    shortcut: await loadModel(shortcutModelPaths.shortcut),
    control: await loadModel(shortcutModelPaths.control),
  }
  const { methods = studyMethods() } = options
  const stage = (from: number, to: number): StageOptions => ({
    folder: join(out, 'kept'),
    signal,
    onProgress: (done, text) => options.onProgress?.(from + (to - from) * done, text),
  })
  const checks = {
    shortcut: await checkNetwork('shortcut', models, checked, stage(0, 0.05)),
    control: await checkNetwork('control', models, checked, stage(0.05, 0.1)),
  }
  const { indices, of } = await provenScenes(models, images, stage(0.1, 0.15))
  const pictures = await barShares(models, methods, indices, stage(0.15, 1))

  const found = verdicts(methods, pictures)
  const trivial = trivialShares(pictures)
  const grids = barOnGrids(pictures)
  const { facts, provenance } = await setting(models.shortcut)
  const control = { name: models.control.card?.name, sha256: await models.control.fingerprint?.() }
  const results = rounded({
    study: 'shortcut',
    command: 'explainnet study shortcut',
    ...provenance,
    control,
    twins: checks,
    barShare: {
      images: pictures.length,
      proven: `the first ${indices.length} of ${of} held-out scenes with trait and bar of ${barredClass} that the shortcut network tells by the bar and the control by the trait, as their twins show`,
      explained: barredClass,
      share: 'sum of max(A, 0) inside the mask / total, channels summed first; mean, bootstrap 95 %',
      verdicts: {
        reveals: 'more on the bar than in the control network, and more than the strongest map that knows no network',
        'only beside the control': 'more on the bar than in the control network, and no more than that trivial map',
        'does not': 'no more on the bar than in the control network',
      },
      methods: found,
      trivial,
      edgesPointAtBar: edgesAtBar(pictures),
      grids,
    },
  })
  const report = await writePage(out, {
    title: 'The shortcut study',
    lead: `A network that tells one class of rendered pollen by its scale bar, as its twins prove, and which methods show it. ${sentence(found)}`,
    facts: [...facts, ['Input', describePreprocessing(preprocessingOf(models.shortcut))]],
    figures: [
      figures.barFigure(found, trivial, grids, pictures.length),
      figures.differenceFigure(found, pictures.length),
      await figures.twoNetworksFigure(models, methods, indices.slice(0, 3), signal),
    ],
    tables: [
      figures.twinTable(checks),
      figures.verdictTable(found, edgesAtBar(pictures).share),
      figures.traitTable(found, trivial),
    ],
    results,
  })
  options.onProgress?.(1, 'report')
  return { report, results }
}

/** Four thousand masks of a picture of 64 × 64 would take half of the study's time. */
const studyMethods = (): NamedMethod[] =>
  techniques.map(({ name, title, make }) => ({ name, title, method: make(name === 'rise' ? { masks: 1000 } : {}) }))

/** The outcome in words. */
function sentence(found: ReturnType<typeof verdicts>): string {
  const named = (verdict: (typeof found)[number]['verdict']) =>
    found
      .filter((one) => one.verdict === verdict)
      .map(({ name }) => name)
      .join(', ') || 'none'
  return `By itself it is revealed by: ${named('reveals')}. Only beside a control network: ${named('only beside the control')}. Not by: ${named('does not')}.`
}

const checkNetwork = async (
  rule: BarRule,
  models: ShortcutModels,
  pictures: number,
  { folder, signal, onProgress }: StageOptions,
) =>
  kept({ folder, name: `twins-${rule}`, from: [await models[rule].fingerprint?.(), pictures] }, () =>
    checkShortcut(models[rule], {
      pictures,
      signal,
      onProgress: (done, count) => onProgress?.(done / count, `twins, ${rule} network: scene ${done} of ${count}`),
    }),
  )
