import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AttributionMethod, explain, type LayeredModel, rowOf } from '@explainnet/core'
import { mnist1d, mnist1dClasses } from '@explainnet/datasets'
import { loadModelPool } from '@explainnet/node'
import {
  findTechnique,
  mnist1dModelPath,
  mnist1dSamplesFigure,
  mnist1dStepsFigure,
  pollenModelPath,
  pollenSimModelPath,
  readHistory,
  tinyImageNetModelPath,
} from '@explainnet/studies'
import {
  confusionFigure,
  type Figure,
  figureSvg,
  noiseGridFigure,
  normalise,
  signalGridFigure,
  trainingCurvesFigure,
} from '@explainnet/viz'

/** A drawn figure, as the pages read it from `.generated/figures/figures.json`, by its name. */
export type DrawnFigures = Readonly<
  Record<string, { readonly width: number; readonly height: number; readonly text: string }>
>

/** Draws what can be drawn of committed results, committed networks and generated signals. A few seconds. */
export async function drawFigures(folder: string): Promise<void> {
  const pollen = await resultsOf('pollen')
  const hmt = await resultsOf('hmt').catch(() => undefined)
  const signals = mnist1d()
  const figures: Record<string, Figure> = {
    'pollen-training': await curves('Training of the pollen network', pollenModelPath),
    'pollen-sim-training': await curves('Training of the network for rendered pollen', pollenSimModelPath),
    'tiny-imagenet-training': await curves('Training of our Tiny ImageNet network', tinyImageNetModelPath),
    'pollen-confusion': confusion('Confusion matrix of the test split', pollen.test),
    ...(hmt ? { 'hmt-confusion': confusion('Confusion matrix of the 496 tiles', hmt.test) } : {}),
    'noise-grid': noiseGridFigure({
      title: 'How much noise, how many samples',
      metric: 'Insertion − deletion',
      sigmas: pollen.smoothing.levels,
      samples: pollen.smoothing.counts,
      values: pollen.smoothing.means,
      chosen: { sigma: pollen.smoothing.chosen.noise, samples: pollen.smoothing.chosen.samples },
    }),
    'mnist1d-signals': mnist1dSamplesFigure(signals),
    'mnist1d-steps': mnist1dStepsFigure(0),
    'mnist1d-maps': await mapsOfDigits(signals),
  }
  await mkdir(folder, { recursive: true })
  const drawn: Record<string, DrawnFigures[string]> = {}
  for (const [name, figure] of Object.entries(figures)) {
    const { width, height, title, description } = figure
    drawn[name] = { width, height, text: `${title}. ${description}` }
    await writeFile(join(folder, `${name}.svg`), figureSvg(figure))
  }
  await writeFile(join(folder, 'figures.json'), JSON.stringify(drawn))
}

// biome-ignore lint/suspicious/noExplicitAny: each study has results of its own.
async function resultsOf(study: string): Promise<any> {
  const file = join(import.meta.dirname, `../../../../../packages/studies/results/${study}.json`)
  return JSON.parse(await readFile(file, 'utf8'))
}

const curves = async (title: string, model: string): Promise<Figure> =>
  trainingCurvesFigure({ title, epochs: readHistory(await readFile(join(model, 'history.csv'), 'utf8')) })

const confusion = (
  title: string,
  { classes, confusion }: { classes: readonly { label: string }[]; confusion: readonly (readonly number[])[] },
): Figure =>
  confusionFigure({ title, labels: classes.map(({ label }) => label.replace(/^\d+_/, '')), counts: confusion })

const shown = ['saliency', 'smooth-grad', 'integrated-gradients', 'grad-cam', 'rise', 'occlusion']

/** The first test signal of each digit by several techniques, explained by the committed network. */
async function mapsOfDigits({ test, templates }: ReturnType<typeof mnist1d>): Promise<Figure> {
  const model: LayeredModel & { close(): Promise<void> } = await loadModelPool(mnist1dModelPath, { workers: 1 })
  try {
    const rows = []
    const length = templates.shape[1]!
    for (const name of shown) {
      const { title, make } = findTechnique(name)!
      const method: AttributionMethod = make(name === 'rise' ? { masks: 300 } : {})
      const cells = []
      for (const [digit] of mnist1dClasses.entries()) {
        const place = test.labels.indexOf(digit)
        const signal = rowOf(test.signals, place)
        const input = { shape: [1, signal.length, 1], data: signal.slice() }
        const { maps } = await explain(model, input, method, { seed: 0 })
        const stroke = test.strokes?.[place]
        cells.push({
          signal,
          map: normalise(Object.values(maps)[0]!),
          ...(stroke ? { span: [stroke.start, stroke.end] as const } : {}),
        })
      }
      rows.push({ name: title, cells })
    }
    const template = mnist1dClasses.map((_, digit) => ({
      signal: Array.from(templates.data.subarray(digit * length, (digit + 1) * length), (value) => 5 * value),
    }))
    return signalGridFigure({
      title: 'What makes the digit',
      subtitle:
        'Red speaks for the predicted digit, blue against it. The bar under a signal shows where its template lies.',
      columns: mnist1dClasses,
      rows: [{ name: 'template', cells: template }, ...rows],
      width: 84,
    })
  } finally {
    await model.close()
  }
}
