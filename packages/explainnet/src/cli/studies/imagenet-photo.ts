import { existsSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { ExplainError } from '@explainnet/core'
import { loadModel, readImage, useBackend } from '@explainnet/node'
import { imagenetPhotoStudy, tinyImageNetModelPath } from '@explainnet/studies'
import { Command } from 'commander'
import { type BackendOption, backendOption } from '../backend-option.ts'
import { progressBar, say, sayJSON } from '../console.ts'
import { loadModelOption, type ModelOptions, withModelOptions } from '../model-option.ts'
import type { CommandContext } from '../program.ts'

interface PhotoCommandOptions extends ModelOptions, BackendOption {
  readonly image?: string
  readonly out: string
  readonly json?: boolean
}

export const imagenetPhotoStudyCommand = ({ signal }: CommandContext): Command =>
  withModelOptions(
    new Command('imagenet-photo').description(
      'integrated gradients on one picture and any classifier; the axioms, measured',
    ),
    'tfjs model folder or Keras file; default: the network for five classes of Tiny ImageNet',
  )
    .option('--image <file>', 'the picture; default: the photograph of the original study in EXPLAINNET_DATA')
    .addOption(backendOption())
    .option('--out <folder>', 'where the report goes', 'report/imagenet-photo')
    .option('--json', 'print results as JSON on stdout, and nothing else there')
    .action(async (options: PhotoCommandOptions) => {
      const path = options.image ?? photograph()
      const image = await readImage(path)
      await useBackend(options.backend)
      const model = await loadModelOption({ ...options, model: options.model ?? tinyImageNetModelPath }, loadModel)
      const bar = progressBar()
      const name = basename(path, extname(path))
      const study = await imagenetPhotoStudy({
        model,
        image,
        name,
        out: options.out,
        signal,
        onProgress: bar.update,
      }).finally(() => bar.stop())
      if (options.json) return sayJSON(study.results)
      say(`Report: ${study.report}`)
    })

function photograph(): string {
  const root = process.env['EXPLAINNET_DATA']
  const path = root && join(root, 'seeds', 'benteke_fireboat.jpg')
  if (path && existsSync(path)) return path
  throw new ExplainError('bad-file', 'No picture was named.', 'Give --image <file>.')
}
