import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ExplainError } from '@explainnet/core'
import { decodeImage, loadModel, useBackend } from '@explainnet/node'
import { evaluateFolder, pollenModelPath, readHeldOut } from '@explainnet/studies'
import { Command, Option } from 'commander'
import { type BackendOption, backendOption } from './backend-option.ts'
import { percent, progressBar, say, sayJSON, table } from './console.ts'
import { loadModelOption, type ModelOptions, withModelOptions } from './model-option.ts'
import type { CommandContext } from './program.ts'

interface EvaluateCommandOptions extends ModelOptions, BackendOption {
  readonly data?: string
  readonly split: 'all' | 'test' | 'validation'
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
    .option('--json', 'print results as JSON on stdout, and nothing else there')
    .action(async (options: EvaluateCommandOptions) => {
      const data = dataFolder(options.data)
      await useBackend(options.backend)
      const model = await loadModelOption({ ...options, model: options.model ?? pollenModelPath }, loadModel)
      const bar = progressBar()
      const files = options.split === 'all' ? undefined : (await readHeldOut())[options.split]
      const report = await evaluateFolder(model, data, {
        decode: decodeImage,
        files,
        signal,
        onProgress: (done, count) => bar.update(done / count, `${done} of ${count} images`),
      }).finally(() => bar.stop())
      for (const { path, reason } of report.corrupt) say(`${path}: ${reason}`)
      if (report.corrupt.length > 0) fail()
      if (options.json) return sayJSON(report)
      const { accuracy, interval, correct, count, loss, classes } = report
      const share = (value: number | null) => (value === null ? '–' : value.toFixed(3))
      const rows = classes.map((one) => [
        one.label,
        ...[one.precision, one.recall, one.f1].map(share),
        String(one.support),
      ])
      process.stdout.write(`${table([['class', 'precision', 'recall', 'F1', 'images'], ...rows], [1, 2, 3, 4])}\n\n`)
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
