import type { LabelledFile } from '@explainnet/datasets/folder'
import { integratedGradients } from '@explainnet/integrated-gradients'
import type { Judged } from '@explainnet/metrics'
import { decodeImage } from '@explainnet/node'
import { classGridFigure } from '@explainnet/viz'
import type { TableMethod } from '../confidence-change/changes.ts'
import { evaluateFolder } from '../evaluate/folder.ts'
import { percent } from '../study/page.ts'
import type { StageOptions } from '../study/stage.ts'
import { oneImageAClass } from '../study/study-images.ts'
import { baselineTable, mapsByBaseline, mapsTable } from './baseline-tables.ts'
import { type BaselineEvidence, baselineEvidence, studiedBaselines } from './baselines.ts'
import { measureChanges } from './drop-increase.ts'
import { classTable, confusionOf, rocOf } from './evaluation-figures.ts'
import { gradientRows, pathSteps, shownRows } from './gradient-rows.ts'
import { riseMasksFigure } from './mask-figure.ts'
import { perturbationRows } from './perturbation-rows.ts'
import { siseFigure } from './sise-figure.ts'
import type { Part, Study } from './study-parts.ts'
import { explainTiles, techniquesFigure } from './technique-figure.ts'
import { className, tileInputs } from './tiles.ts'

interface Stage {
  /** About what share of the time it takes. */
  readonly share: number
  run(study: Study, options: StageOptions, part: Part): Promise<void>
}

/** Of which SISE is shown layer by layer. */
const siseTiles = 3

const firstOfEach = (files: readonly LabelledFile[]) =>
  files.filter(({ label }, i) => files.findIndex((file) => file.label === label) === i)

/** The parts of the study, in the order of the report. */
export const stages = {
  evaluation: {
    share: 0.01,
    async run({ model, folder, files }, { signal, onProgress }, part) {
      const images = await oneImageAClass(model, folder, files)
      part.figures.push({
        file: 'samples',
        caption: 'The first tile of every class of the test set, as the network sees it.',
        figure: classGridFigure({
          title: 'One tile a class',
          items: images.map(({ label, picture }) => ({ name: className(label), image: picture })),
          columns: 4,
        }),
      })
      const judged: Judged[] = []
      const report = await evaluateFolder(model, folder, {
        decode: decodeImage,
        files,
        signal,
        onJudged: (one) => judged.push(one),
        onProgress: (done, count) => onProgress?.(done / count, `evaluation: ${done} of ${count}`),
      })
      part.figures.push(confusionOf(report), rocOf(report, judged))
      part.tables.push(classTable(report))
      const { corrupt: _, ...test } = report
      part.results['test'] = { ...test, published: 0.8347 }
    },
  },
  techniques: {
    share: 0.03,
    async run({ model, folder, sample }, options, part) {
      const measured = [...gradientRows(), ...perturbationRows()].filter(({ name }) => !name.startsWith('random-'))
      const methods = [...measured, ...shownRows()]
      const explained = await explainTiles(model, folder, firstOfEach(sample), methods, options)
      part.figures.push(
        techniquesFigure(model, methods, explained, {
          file: 'techniques',
          title: 'Every technique, every class',
          caption:
            'The predicted class is explained; every map is scaled by itself. Red speaks for the class, blue against it; maps without a sign run from dark to bright.',
        }),
      )
      part.results['cost'] = methods.map(({ name }, place) => {
        const costs = explained.map(({ results }) => results[place]!.attribution.certificate.cost)
        return { name, forward: costs[0]!.forward, backward: costs[0]!.backward }
      })
    },
  },
  masks: {
    share: 0.02,
    async run({ model, folder, sample }, options, part) {
      const firsts = firstOfEach(sample)
      for await (const input of tileInputs(model, folder, firsts.slice(0, 1))) {
        part.figures.push(await riseMasksFigure(model, input, options.signal))
      }
      part.figures.push(await siseFigure(model, folder, firsts.slice(0, siseTiles), options))
    },
  },
  baselines: {
    share: 0.035,
    async run({ model, folder, sample }, options, part) {
      const evidence = await baselineEvidence(model, folder, sample, options)
      part.tables.push(baselineTable(evidence, sample.length))
      const methods = studiedBaselines.map(
        (baseline): TableMethod => ({
          name: `integrated-gradients-${baseline}`,
          title: baseline,
          method: integratedGradients({ steps: pathSteps, baseline }),
        }),
      )
      const explained = await explainTiles(model, folder, firstOfEach(sample), methods, options)
      part.figures.push(
        techniquesFigure(model, methods, explained, {
          file: 'baselines',
          title: 'Integrated gradients from six baselines',
          caption:
            'Red speaks for the predicted class, blue against it. The picture changes with the baseline: what is explained is the difference to it.',
        }),
      )
      const maps = mapsByBaseline(explained)
      part.tables.push(mapsTable(maps))
      part.results['baselines'] = { tiles: sample.length, evidence, maps }
      const black = evidence.find(({ baseline }) => baseline === 'black')!
      const fairest = evidence.reduce((best, one) => (one.negative < best.negative ? one : best))
      const vaguest = evidence.reduce((best, one) => (one.certainty < best.certainty ? one : best))
      const said = ({ baseline, calledMost, certainty, negative }: BaselineEvidence) =>
        `${baseline} (called ${className(calledMost.label)} on ${percent(calledMost.share, 0)}, mean p ${certainty.toFixed(2)}, negative on ${percent(negative, 0)})`
      part.notes.push(
        `Inverted results: the study blames a missing GPU. Here the same network, on a CPU, agrees with the reference values; what turns maps over is the baseline. The network calls a black tile ${className(black.calledMost.label)} with p = ${black.certainty.toFixed(2)}, and on ${percent(black.negative, 0)} of the tiles the predicted class has a lower logit than in black, so that attributions add up to less than 0 and the map is mostly blue. A baseline is an input too. Fewest tiles are turned over from ${said(fairest)}; the network is least sure what to call ${said(vaguest)}. Every certificate says what the network makes of the baseline, and warns of one that it takes for a class.`,
      )
    },
  },
  sample: {
    share: 0.54,
    async run({ model, folder, sample }, options, part) {
      const methods = [...gradientRows(), ...perturbationRows()]
      await measureChanges({ model, folder, files: sample, methods, name: 'sample' }, options, part)
    },
  },
  whole: {
    share: 0.38,
    async run({ model, folder, files }, options, part) {
      await measureChanges({ model, folder, files, methods: gradientRows(), name: 'whole' }, options, part)
    },
  },
} as const satisfies Record<string, Stage>

export type HmtStage = keyof typeof stages
export const hmtStages = Object.keys(stages) as readonly HmtStage[]
