import type { ClassificationReport } from '@explainnet/metrics'
import {
  classGridFigure,
  classMapsFigure,
  confusionFigure,
  type NormalisedGrid,
  noiseGridFigure,
  type ReportTable,
  techniqueGridFigure,
  trainingCurvesFigure,
} from '@explainnet/viz'
import type { EpochRecord } from '../train/state.ts'
import type { GlobalMaps } from './global-saliency.ts'
import type { LinearWeights } from './linear-weights.ts'
import { type PageFigure, percent } from './page.ts'
import type { SmoothingChoice } from './smoothing.ts'
import type { StudyImage } from './study-images.ts'
import { type Smoothing, type StudyTechnique, studyTechniques, type TechniqueRow } from './technique-rows.ts'

export const samplesFigure = (images: readonly StudyImage[]): PageFigure => ({
  file: 'samples',
  caption: 'One held-out photograph a class, as the network sees it.',
  figure: classGridFigure({
    title: 'One photograph a class',
    items: images.map(({ label, picture }) => ({ name: label, image: picture })),
  }),
})

export const trainingFigure = (epochs: readonly EpochRecord[]): PageFigure => ({
  file: 'training',
  caption:
    'Accuracy and loss by epoch. Training is measured on augmented pictures with label smoothing, validation on plain ones with the averaged weights: hence the better validation. The epoch with the lowest validation loss was kept.',
  figure: trainingCurvesFigure({ title: 'Training', epochs }),
})

export const confusionOf = (report: ClassificationReport): PageFigure => ({
  file: 'confusion',
  caption: `${report.correct} of ${report.count} held-out photographs are told right: ${percent(report.accuracy)}, 95\u00a0% Wilson interval ${percent(report.interval.low)} – ${percent(report.interval.high)}. Neither training nor the choice of the epoch saw them; the original's test accuracy of 0.85 was measured on its validation set.`,
  figure: confusionFigure({
    title: 'Confusion matrix of the test split',
    labels: report.classes.map(({ label }) => label),
    counts: report.confusion,
  }),
})

export const classTable = (report: ClassificationReport): ReportTable => ({
  caption: 'Classification report of the test split',
  columns: ['class', 'precision', 'recall', 'F1', 'photographs'],
  rows: report.classes.map(({ label, precision, recall, f1, support }) => [
    label,
    ...[precision, recall, f1].map((share) => share?.toFixed(3) ?? '–'),
    support,
  ]),
})

const comparisons: readonly {
  readonly file: string
  readonly title: string
  readonly caption: string
  readonly techniques: readonly StudyTechnique[]
}[] = [
  {
    file: 'techniques',
    title: 'Every technique, every class',
    caption:
      'The predicted class is explained; every map is scaled by itself. Saliency, SmoothGrad and |gradient| × input: the largest over the channels; integrated gradients: red speaks for the class, blue against it.',
    techniques: studyTechniques,
  },
  {
    file: 'smooth-grad-and-saliency',
    title: 'SmoothGrad and saliency',
    caption:
      "Saliency alone, capped at its 99th percentile, |gradient| × input, and SmoothGrad. The original's modified saliency returned the gradient without the input; its SmoothGrad took a new predicted class at every noisy copy, where here the class of the clean photograph stays.",
    techniques: ['Saliency', 'Saliency, capped', '|Gradient| × input', 'SmoothGrad'],
  },
  {
    file: 'integrated-gradients-and-smooth-grad',
    title: 'Integrated gradients and SmoothGrad',
    caption:
      'Integrated gradients from black, steps doubled until completeness and map have settled. The original took each gradient at the wrong point of the path, and a factor k/m too many.',
    techniques: ['SmoothGrad', 'Integrated gradients'],
  },
]

export const comparisonFigures = (rows: readonly TechniqueRow[], smoothing: Smoothing): PageFigure[] =>
  comparisons.map(({ file, title, caption, techniques }) => ({
    file,
    caption,
    figure: techniqueGridFigure({
      title,
      subtitle: smoothing
        ? `SmoothGrad with noise σ ${smoothing.noise} of 255 and ${smoothing.samples} samples.`
        : undefined,
      techniques,
      rows: rows.map(({ maps, ...row }) => ({ ...row, maps: techniques.map((technique) => maps[technique]) })),
    }),
  }))

export const costTable = (rows: readonly TechniqueRow[]): ReportTable => ({
  caption: 'Cost of a technique, mean a photograph',
  columns: ['technique', 'forward passes', 'backward passes', 'seconds'],
  rows: studyTechniques.flatMap((name) => {
    const costs = rows.flatMap((row) => row.costs[name] ?? [])
    if (costs.length === 0) return []
    const mean = (key: 'forward' | 'backward' | 'milliseconds') =>
      costs.reduce((sum, cost) => sum + cost[key], 0) / costs.length
    return [
      [
        name,
        Math.round(mean('forward')),
        Math.round(mean('backward')),
        Number((mean('milliseconds') / 1000).toFixed(3)),
      ],
    ]
  }),
})

export const smoothingFigure = (
  { levels, counts, cells, chosen, best, random, images }: SmoothingChoice,
  { label }: StudyImage,
  maps: readonly (readonly NormalisedGrid[])[],
): PageFigure => ({
  file: 'noise-and-samples',
  caption: `Insertion minus deletion of the pixels in the order of each map, mean of ${images} photographs; a random order scores ${random.mean.toFixed(3)}. Framed: noise ${chosen.noise}, ${chosen.samples} samples, the cheapest cell within one standard error of the best (${best.noise}, ${best.samples}). At the right the maps of ${label}. The original chose by eye, and swapped the two axes.`,
  figure: noiseGridFigure({
    title: 'How much noise, how many samples',
    metric: 'Insertion − deletion',
    sigmas: levels,
    samples: counts,
    values: levels.map((_, level) => counts.map((_, count) => cells[level * counts.length + count]!.score.mean)),
    chosen: { sigma: chosen.noise, samples: chosen.samples },
    maps,
  }),
})

export const globalFigure = (labels: readonly string[], { perClass, overall, images }: GlobalMaps): PageFigure => ({
  file: 'global-saliency',
  caption: `Mean of max over channels |gradient| over all ${images} photographs, training included, each scaled to sum 1 beforehand.`,
  figure: classMapsFigure({
    title: 'Global saliency',
    subtitle: 'Where the score depends on pixels, by class and over the whole set.',
    maps: labels.map((name, i) => ({ name, map: perClass[i]! })),
    overall: { name: 'all classes', map: overall },
  }),
})

export const linearFigure = (labels: readonly string[], linear: LinearWeights): PageFigure => ({
  file: 'linear-weights',
  caption: `Weights of a linear model trained on the same ${linear.images} photographs at ${linear.size.join(' × ')}, channels summed; it tells ${percent(linear.accuracy)} of the test split right. The mean is that of |weight|: the plain mean says nothing, since softmax ignores what all classes share.`,
  figure: classMapsFigure({
    title: 'What a linear model weighs',
    maps: labels.map((name, i) => ({ name, map: linear.perClass[i]! })),
    overall: { name: 'mean |weight|', map: linear.mean },
  }),
})
