import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ExplainError } from '@explainnet/core'
import type { Judged } from '@explainnet/metrics'
import { decodeImage, loadModel, useBackend } from '@explainnet/node'
import { evaluateFolder, namedRocCurves, pollenModelPath, readHeldOut, writeEvaluation } from '@explainnet/studies'
import { Command, Option } from 'commander'
import { type BackendOption, backendOption } from './backend-option.ts'
import { percent, progressBar, say, sayJSON, table } from './console.ts'
import { loadModelOption, type ModelOptions, withModelOptions } from './model-option.ts'
import type { CommandContext } from './program.ts'

interface EvaluateCommandOptions extends ModelOptions, BackendOption {
  readonly data?: string
  readonly split: 'all' | 'test' | 'validation'
  readonly out?: string
  readonly json?: boolean
}

export const evaluateCommand = ({ signal, fail }: CommandContext): Command =>
  withModelOptions(
    new Command('evaluate').description('how often a classifier is right on a folder of class folders'),
    'tfjs model folder or model.json; default: the pollen network',
  )
    .option('--data <folder>', 'class folders named as the labels; default: pollen23e in EXPLAINNET_DATA')
    .addOption(
      new Option('--split <name>', 'all files, or those that the pollen network was not trained on')
        .choices(['all', 'test', 'validation'])
        .default('all'),
    )
    .addOption(backendOption())
    .option('--out <folder>', 'write a page with confusion matrix and ROC curves there')
    .option('--json', 'print results as JSON on stdout, and nothing else there')
    .action(async (options: EvaluateCommandOptions) => {
      const data = dataFolder(options.data)
      await useBackend(options.backend)
      const model = await loadModelOption({ ...options, model: options.model ?? pollenModelPath }, loadModel)
      const bar = progressBar()
      const judged: Judged[] = []
      const files = options.split === 'all' ? undefined : (await readHeldOut())[options.split]
      const report = await evaluateFolder(model, data, {
        decode: decodeImage,
        files,
        signal,
        onJudged: (one) => judged.push(one),
        onProgress: (done, count) => bar.update(done / count, `${done} of ${count} images`),
      }).finally(() => bar.stop())
      for (const { path, reason } of report.corrupt) say(`${path}: ${reason}`)
      if (report.corrupt.length > 0) fail()
      if (options.out) {
        const title = `${model.card?.name ?? 'The model'} on ${data}`
        say(`Report: ${await writeEvaluation(options.out, title, report, judged)}`)
      }
      if (options.json) return sayJSON({ ...report, roc: namedRocCurves(report, judged) })
      const { accuracy, interval, correct, count, loss, classes, macro } = report
      const share = (value: number | null) => (value === null ? '–' : value.toFixed(3))
      const rows = [
        ...classes.map((one) => ({ ...one, support: String(one.support) })),
        { ...macro, label: 'mean', support: '' },
      ]
      const cells = rows.map((one) => [
        one.label,
        ...[one.precision, one.recall, one.f1, one.auc].map(share),
        one.support,
      ])
      const head = ['class', 'precision', 'recall', 'F1', 'AUC', 'images']
      process.stdout.write(`${table([head, ...cells], [1, 2, 3, 4, 5])}\n\n`)
      process.stdout.write(
        `accuracy ${accuracy.toFixed(4)} (${correct} of ${count}; 95 % Wilson interval ${percent(interval.low)} – ${percent(interval.high)}), loss ${loss.toFixed(4)}\n`,
      )
    })

/** `--data`, or the pollen photographs under EXPLAINNET_DATA. */
export function dataFolder(given: string | undefined): string {
  if (given) return given
  const root = process.env['EXPLAINNET_DATA']
  const folder = root && join(root, 'pollen23e')
  if (folder && existsSync(folder)) return folder
  throw new ExplainError(
    'bad-file',
    'No data set was named.',
    'Give --data <folder of class folders>, or set EXPLAINNET_DATA to the folder that holds pollen23e.',
  )
}
