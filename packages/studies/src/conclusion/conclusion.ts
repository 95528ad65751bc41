import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ExplainError, type LayeredModel } from '@explainnet/core'
import { pollenSim } from '@explainnet/datasets'
import { decodeImage, loadModel } from '@explainnet/node'
import { pollenModelPath, pollenSimModelPath, readHeldOut } from '../models.ts'
import { rounded, writePage } from '../study/page.ts'
import { picturesWithTrait } from '../study/sim-shares.ts'
import type { StageOptions } from '../study/stage.ts'
import { type StudyReport, setting } from '../study/study-report.ts'
import { advantagesFigure, outcomeTable, scoresFigure } from './figures.ts'
import { judgePictures, judging, type Measure, type Picture, readings } from './judge.ts'
import { type Trial, trials } from './outcome.ts'

export interface ConclusionStudyOptions {
  /** Folder of POLLEN23E. */
  readonly folder: string
  /** Where report, figures and results go; scores are kept in `kept` there. */
  readonly out: string
  /** Photographs of the pollen test split. Default: all 136. */
  readonly photographs?: number | undefined
  /** Held-out rendered pictures whose class has a trait. Default 200. */
  readonly images?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: StageOptions['onProgress']
}

/**
 * The first study's conclusion, "integrated gradients > SmoothGrad > saliency", tested: deletion and insertion on the
 * pollen test photographs, and on rendered pollen localisation too, since its traits are known; paired bootstrap of the
 * differences. The target is the predicted class of a photograph, and the planted class of a rendered picture. On the
 * current backend; a stopped run goes on where it was.
 *
 * @throws ExplainError `unwritable`, `aborted`, `bad-file` if the folder lacks the test photographs.
 */
export async function conclusionStudy(options: ConclusionStudyOptions): Promise<StudyReport> {
  const { folder, out, photographs, images = 200, signal } = options
  const stage = (from: number, to: number): StageOptions => ({
    folder: join(out, 'kept'),
    signal,
    onProgress: (done, text) => options.onProgress?.(from + (to - from) * done, text),
  })
  const sets = [
    {
      set: 'pollen',
      model: (await loadModel(pollenModelPath)) as LayeredModel,
      pictures: (await photographsIn(folder)).slice(0, photographs),
      stage: stage(0, 0.4),
    },
    {
      set: 'pollenSim',
      model: (await loadModel(pollenSimModelPath)) as LayeredModel,
      pictures: picturesWithTrait(images).map(rendered),
      stage: stage(0.4, 1),
    },
  ]
  const tested = []
  for (const { set, model, pictures, stage } of sets) {
    const judged = await judgePictures(model, set, pictures, stage)
    tested.push({ set, judged, trials: trials(judged), setting: await setting(model) })
  }
  const { steps, deletion, insertion } = judging
  const results = rounded({
    study: 'conclusion',
    command: 'explainnet study conclusion',
    claim: 'integrated gradients > SmoothGrad > saliency',
    parameters: { steps, deletion, insertion, readings, smoothGradSamples: 50 },
    sets: tested.map(({ set, judged, trials, setting: { provenance } }) => ({
      set,
      ...provenance,
      pictures: judged.length,
      converged: judged.filter(({ converged }) => converged).length,
      outcome: outcome(trials),
      trials,
    })),
  })
  const report = await writePage(out, {
    title: 'Integrated gradients > SmoothGrad > saliency?',
    lead: tested.map(({ set, trials }) => `${set}: ${outcome(trials)}`).join(' '),
    facts: tested.flatMap(({ set, setting: { facts } }) =>
      facts.map(([name, value]): [string, string] => [`${name}, ${set}`, value]),
    ),
    figures: tested.flatMap(({ set, trials }) => [
      advantagesFigure(set, trials),
      ...measuresOf(trials).map((measure) => scoresFigure(set, trials, measure)),
    ]),
    tables: tested.map(({ set, trials }) => outcomeTable(set, trials)),
    notes: [
      'Every interval is for one comparison; with so many of them some leave out 0 by chance.',
      'Hidden positions show the network what it was not trained on; the place of the evidence is known in rendered pictures alone.',
    ],
    results,
  })
  options.onProgress?.(1, 'report')
  return { report, results }
}

const measuresOf = (all: readonly Trial[]): Measure[] => [...new Set(all.map(({ measure }) => measure))]

/** In words, whichever way it falls. */
function outcome(all: readonly Trial[]): string {
  const named = (order: Trial['order']) =>
    all.filter((trial) => trial.order === order).map(({ measure, reading }) => `${measure} (${reading})`)
  const list = (order: Trial['order'], words: string) => {
    const found = named(order)
    return `${words} by ${found.length} of ${all.length}${found.length > 0 ? `: ${found.join(', ')}` : ''}.`
  }
  return [
    list('holds', 'The order holds'),
    list('contradicted', 'It is contradicted'),
    list('undecided', 'It is undecided'),
  ].join(' ')
}

async function photographsIn(folder: string): Promise<Picture[]> {
  const { test } = await readHeldOut()
  return test.map(({ path }) => ({
    name: path,
    async load() {
      const bytes = await readFile(join(folder, path)).catch((cause) => {
        throw new ExplainError('bad-file', `${folder} lacks ${path}.`, 'Give the folder of POLLEN23E.', { cause })
      })
      return { image: await decodeImage(bytes, path), target: 'prediction' }
    },
  }))
}

const rendered = (index: number): Picture => ({
  name: String(index),
  async load() {
    const image = pollenSim({ seed: 0, index, mask: true })
    return { image, target: image.label, mask: image.mask! }
  },
})
