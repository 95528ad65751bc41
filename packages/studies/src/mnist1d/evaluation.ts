import { rocCurve } from '@explainnet/metrics'
import { confusionFigure, type ReportTable, rocFigure, trainingCurvesFigure } from '@explainnet/viz'
import { type PageFigure, percent } from '../study/page.ts'
import type { SignalExample } from './data.ts'
import type { SignalReport } from './evaluate.ts'
import type { NamedNetwork } from './networks.ts'

export function evaluationFigures(
  { name, title, history }: NamedNetwork,
  report: SignalReport,
  examples: readonly SignalExample[],
): PageFigure[] {
  const { correct, count, accuracy, interval, classes, confusion } = report
  return [
    ...(history
      ? [
          {
            file: `training-${name}`,
            caption: `${title}: accuracy and loss by epoch. The epoch with the lowest loss on 600 signals held out of the training part was kept.`,
            figure: trainingCurvesFigure({ title: 'Training of the 1-D network', epochs: history }),
          },
        ]
      : []),
    {
      file: `confusion-${name}`,
      caption: `${title}: ${correct} of ${count} test signals right, ${percent(accuracy)} (95\u00a0% Wilson interval ${percent(interval.low)} – ${percent(interval.high)}).`,
      figure: confusionFigure({
        title: `Confusion matrix, ${title.toLowerCase()}`,
        labels: classes.map(({ label }) => label),
        counts: confusion,
      }),
    },
    {
      file: `roc-${name}`,
      caption: `${title}: each digit against all others. Mean area under the curves ${(report.macro.auc ?? 0).toFixed(4)}.`,
      figure: rocFigure({
        title: `ROC, ${title.toLowerCase()}`,
        curves: classes.flatMap(({ label }, digit) => {
          const scores = report.probabilities.map((row) => row[digit]!)
          const curve = rocCurve(
            scores,
            examples.map((example) => example.label === digit),
          )
          return curve ? [{ name: label, ...curve }] : []
        }),
      }),
    },
  ]
}

export function evaluationTable({ title }: NamedNetwork, { classes, accuracy, loss }: SignalReport): ReportTable {
  const share = (value: number | null) => (value === null ? '–' : value.toFixed(3))
  return {
    caption: `${title}: accuracy ${accuracy.toFixed(4)}, loss ${loss.toFixed(4)}; by digit. The accuracy of a class is its recall.`,
    columns: ['digit', 'precision', 'recall', 'F1', 'AUC', 'signals'],
    rows: classes.map(({ label, precision, recall, f1, auc, support }) => [
      label,
      share(precision),
      share(recall),
      share(f1),
      share(auc),
      support,
    ]),
  }
}
