import { confusionFigure, type ReportTable } from '@explainnet/viz'
import type { FolderReport } from '../evaluate/folder.ts'
import { type PageFigure, percent } from '../study/page.ts'
import { className } from '../train/tiny-imagenet/test-files.ts'
import type { StudiedClassifier } from './networks.ts'
import type { WrongScaling } from './wrong-scaling.ts'

export const confusionOf = ({ key, title }: StudiedClassifier, report: FolderReport): PageFigure => ({
  file: `${key}-confusion`,
  caption: `${report.correct} of ${report.count} pictures of val are told right by ${title}: ${percent(report.accuracy)}, 95\u00a0% Wilson interval ${percent(report.interval.low)} – ${percent(report.interval.high)}. ${
    key === 'ours'
      ? 'Neither training nor the choice of the epoch saw them.'
      : 'The study chose its checkpoint on these pictures, and reports 0.768.'
  }`,
  figure: confusionFigure({
    title: `Confusion matrix of ${title}`,
    labels: report.classes.map(({ label }) => className(label)),
    counts: report.confusion,
  }),
})

export const classTable = ({ title }: StudiedClassifier, report: FolderReport): ReportTable => ({
  caption: `Classification report of ${title} on val`,
  columns: ['class', 'precision', 'recall', 'F1', 'pictures'],
  rows: report.classes.map(({ label, precision, recall, f1, support }) => [
    className(label),
    ...[precision, recall, f1].map((share) => share?.toFixed(3) ?? '–'),
    support,
  ]),
})

export function wrongScalingTable({ right, wrong, images, similarity }: WrongScaling): ReportTable {
  const told = ({ correct, count }: WrongScaling['right']) => `${correct} of ${count} (${percent(correct / count)})`
  const { saliency, integratedGradients } = similarity
  return {
    caption: `The published network was trained on pixels from 0 to 255; the study’s maps were made from pixels normalised with ImageNet’s mean and deviation. What that does, maps on ${images} pictures`,
    columns: ['', 'pixels as trained on', 'pixels normalised'],
    rows: [
      ['told right', told(right), told(wrong)],
      ...[
        { name: 'saliency', value: saliency },
        { name: 'integrated gradients', value: integratedGradients },
      ].map(({ name, value: { mean, low, high } }) => [
        `${name}: rank correlation of |map| with the right one`,
        '1',
        `${mean.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`,
      ]),
    ],
  }
}
