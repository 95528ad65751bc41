import { type Judged, rocCurves } from '@explainnet/metrics'
import { confusionFigure, type ReportTable, rocFigure } from '@explainnet/viz'
import type { FolderReport } from '../evaluate/folder.ts'
import { type PageFigure, percent } from '../study/page.ts'
import { className } from './tiles.ts'

export const confusionOf = (report: FolderReport): PageFigure => ({
  file: 'confusion',
  caption: `${report.correct} of ${report.count} tiles are told right: ${percent(report.accuracy, 2)}, 95\u00a0% Wilson interval ${percent(report.interval.low)} – ${percent(report.interval.high)}. The study reports 0.8347.`,
  figure: confusionFigure({
    title: 'Confusion matrix of the test set',
    labels: report.classes.map(({ label }) => className(label)),
    counts: report.confusion,
  }),
})

export const classTable = (report: FolderReport): ReportTable => ({
  caption: 'Classification report of the test set',
  columns: ['class', 'precision', 'recall', 'F1', 'AUC', 'tiles'],
  rows: report.classes.map(({ label, precision, recall, f1, auc, support }) => [
    className(label),
    ...[precision, recall, f1, auc].map((share) => share?.toFixed(3) ?? '–'),
    support,
  ]),
})

export const rocOf = (report: FolderReport, judged: readonly Judged[]): PageFigure => {
  const labels = report.classes.map(({ label }) => label)
  return {
    file: 'roc',
    caption: 'Each class against all others, by its probability.',
    figure: rocFigure({
      title: 'ROC curves of the test set',
      curves: rocCurves(labels, judged).flatMap((curve, i) =>
        curve ? [{ name: className(labels[i]!), ...curve }] : [],
      ),
    }),
  }
}
