import type { Judged } from '@explainnet/metrics'
import { rocCurves } from '@explainnet/metrics'
import { confusionFigure, rocFigure } from '@explainnet/viz'
import { percent, writePage } from '../study/page.ts'
import type { FolderReport } from './folder.ts'

/** The curves of the classes that have one, by label. */
export const namedRocCurves = ({ classes }: FolderReport, judged: readonly Judged[]) => {
  const labels = classes.map(({ label }) => label)
  return rocCurves(labels, judged).flatMap((curve, i) => (curve ? [{ name: labels[i]!, ...curve }] : []))
}

/** Writes an evaluation as a page with its confusion matrix and ROC curves; returns its path. Throws `unwritable`. */
export function writeEvaluation(
  out: string,
  title: string,
  report: FolderReport,
  judged: readonly Judged[],
): Promise<string> {
  const { accuracy, interval, correct, count, loss, classes, macro, confusion, corrupt } = report
  const curves = namedRocCurves(report, judged)
  const cells = (values: readonly (number | null)[]) => values.map((value) => value?.toFixed(3) ?? '–')
  return writePage(out, {
    title,
    lead: `${correct} of ${count} images are told right: ${percent(accuracy)}, 95\u00a0% Wilson interval ${percent(interval.low)} – ${percent(interval.high)}; mean cross-entropy ${loss.toFixed(4)}.`,
    facts: [],
    figures: [
      {
        file: 'confusion',
        caption: 'Images by true and predicted class.',
        figure: confusionFigure({
          title: 'Confusion matrix',
          labels: classes.map(({ label }) => label),
          counts: confusion,
        }),
      },
      ...(curves.length > 0
        ? [
            {
              file: 'roc',
              caption: 'Each class against all others, by its probability.',
              figure: rocFigure({ title: 'ROC curves', curves }),
            },
          ]
        : []),
    ],
    tables: [
      {
        caption: 'Classification report',
        columns: ['class', 'precision', 'recall', 'F1', 'AUC', 'images'],
        rows: [
          ...classes.map(({ label, precision, recall, f1, auc, support }) => [
            label,
            ...cells([precision, recall, f1, auc]),
            support,
          ]),
          ['mean', ...cells([macro.precision, macro.recall, macro.f1, macro.auc]), count],
        ],
      },
    ],
    notes: corrupt.map(({ path, reason }) => `${path}: ${reason}`),
    results: { ...report, roc: curves },
  })
}
