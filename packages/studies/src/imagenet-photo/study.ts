import {
  describePreprocessing,
  explain,
  type LayeredModel,
  type NDArray,
  openTask,
  prepareImage,
  preprocessingFor,
  type RawImage,
  toRaw,
} from '@explainnet/core'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { mapSimilarity } from '@explainnet/metrics'
import { integrationPath } from '../study/integration-path.ts'
import { rounded, writePage } from '../study/page.ts'
import { type StudyReport, setting } from '../study/study-report.ts'
import { type AxiomCheck, axiomNames, checkAxioms, type MethodFrom } from './axioms.ts'
import * as figures from './figures.ts'
import { otherOrder, scaledAgain } from './wrong-pixels.ts'

export interface PhotoStudyOptions {
  /** Any classifier of pictures. */
  readonly model: LayeredModel
  readonly image: RawImage
  /** What the picture is called in the report. */
  readonly name: string
  /** Where report, figures and results go. */
  readonly out: string
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((share: number, text: string) => void) | undefined
}

const steps = 50
/** Every fifth of 50 steps, so that α rises by tenths. */
const every = 5

/** The methods that the axioms are checked on. */
const methods: Readonly<Record<string, MethodFrom>> = {
  'integrated gradients': (baseline = 'black') => integratedGradients({ steps, baseline }),
  'gradient × (input − baseline)': (baseline = 'black') =>
    integratedGradients({ quadrature: 'right', steps: 1, baseline }),
}

/**
 * The study of integrated gradients on one picture and any classifier: the likeliest classes, the path with the images and
 * gradients along it, the two by two figure, gradient beside integrated gradients, what wrong pixels do, and the axioms
 * measured. On the current backend. Cost: about a thousand forward and backward passes.
 *
 * @throws ExplainError `unsupported-model` for a model that does not take one image, `unwritable`, `aborted`.
 */
export async function imagenetPhotoStudy(options: PhotoStudyOptions): Promise<StudyReport> {
  const { model, image, name, out, signal, onProgress } = options
  const { preprocessing, warning } = preprocessingFor(model)
  const { input } = prepareImage(image, preprocessing)
  const picture = toRaw(input, preprocessing)

  onProgress?.(0, 'prediction')
  const top = await likeliest(model, input, signal)
  onProgress?.(0.01, 'path')
  const path = await integrationPath(model, input, { steps, every, signal })
  const left = await explain(model, input, integratedGradients({ steps, quadrature: 'left' }), { signal })
  const rise = path.points.at(-1)!.score - path.points[0]!.score
  const gaps = {
    trapezoid: Math.abs(path.completeness.delta / rise),
    left: Math.abs(left.certificate.evidence.completeness!.delta[0]! / rise),
  }

  onProgress?.(0.12, 'wrong pixels')
  const inputs: Readonly<Record<string, NDArray>> = {
    'as the card says': input,
    'in the order BGR': otherOrder(input),
    'normalised twice': scaledAgain(input, preprocessing),
    'normalised twice, in the order BGR': otherOrder(scaledAgain(input, preprocessing)),
  }
  const wrong: figures.WrongPixels[] = []
  for (const [pixels, given] of Object.entries(inputs)) {
    const method = integratedGradients({ steps, baseline: 'black' })
    const found = await explain(model, given, method, { target: path.target.index, signal })
    const [best] = await likeliest(model, given, signal)
    wrong.push({ pixels, ...best!, spearman: mapSimilarity(found, path.map)[0]!.spearman })
  }

  const axioms: Record<string, readonly AxiomCheck[]> = {}
  for (const [place, [title, method]] of Object.entries(methods).entries()) {
    axioms[title] = await checkAxioms(model, input, method, {
      signal,
      onAxiom: (axiom, done) => onProgress?.(place === 0 ? 0.4 + (0.55 * done) / axiomNames.length : 0.96, axiom),
    })
  }

  const { facts, provenance } = await setting(model)
  const { target } = path
  const results = rounded({
    study: 'imagenet-photo',
    command: 'explainnet study imagenet-photo --model <folder or Keras file> --image <picture>',
    ...provenance,
    input: describePreprocessing(preprocessing),
    top,
    target: target.name,
    integratedGradients: { steps, completenessGap: gaps },
    slopes: path.points.map(({ alpha, score, slope }) => ({ alpha, score, slope })),
    wrongPixels: wrong,
    axioms,
  })
  const report = await writePage(out, {
    title: 'Integrated gradients on a photograph',
    lead: `What ${model.card?.name ?? 'the model'} sees in ${name}: ${target.name}.`,
    facts: [
      ...facts,
      ['Input', `${describePreprocessing(preprocessing)}${warning ? ' (guessed)' : ''}`],
      ['Baseline', 'black'],
    ],
    figures: [
      figures.pathFigure(name, path, gaps),
      figures.gradientsFigure(path, picture),
      figures.maskFigure(name, path, picture),
      figures.comparisonFigure(name, path, picture),
    ],
    tables: [figures.topTable(top), figures.wrongPixelsTable(wrong), figures.axiomTable(axioms)],
    notes: [
      ...(warning ? [warning.message] : []),
      'A classifier names one of its classes whatever it is shown: of a picture of something else, the map shows what speaks for the class that was named, not what the picture shows.',
    ],
    results,
  })
  onProgress?.(1, 'report')
  return { report, results }
}

/** The classes with the highest probabilities, at most five. */
async function likeliest(
  model: LayeredModel,
  input: NDArray,
  signal: AbortSignal | undefined,
): Promise<figures.NamedShare[]> {
  const outputs = model.outputs[0]!.shape.at(-1)!
  const top = Math.min(5, outputs === 1 ? 2 : outputs)
  const { task } = await openTask(model, input, { target: { top }, signal })
  return task.targets.map(({ name, probability }) => ({ name, probability }))
}
