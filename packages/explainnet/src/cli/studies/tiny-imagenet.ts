import { existsSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { readImage, useBackend } from '@explainnet/node'
import { loadSeedModel, tinyImageNetStudy } from '@explainnet/studies'
import { Command } from 'commander'
import { progressBar, say, sayJSON } from '../console.ts'
import type { CommandContext } from '../program.ts'
import { tinyImageNetFolder } from '../tiny-imagenet-folder.ts'

interface TinyImageNetCommandOptions {
  readonly data?: string
  readonly image?: string
  readonly out: string
  readonly json?: boolean
}

export const tinyImageNetStudyCommand = ({ signal }: CommandContext): Command =>
  new Command('tiny-imagenet')
    .description(
      'five classes of Tiny ImageNet: training, evaluation of our network and the published one, and their maps',
    )
    .option('--data <folder>', 'folder that holds val; default: tinyimagenet in EXPLAINNET_DATA')
    .option('--image <file>', 'the picture to explain; default: the first of val')
    .option('--out <folder>', 'where the report goes', 'report/tiny-imagenet')
    .option('--json', 'print results as JSON on stdout, and nothing else there')
    .action(async ({ data, image: path, out, json }: TinyImageNetCommandOptions) => {
      const folder = tinyImageNetFolder(data)
      const image = path && { name: basename(path, extname(path)), image: await readImage(path) }
      await useBackend('wasm')
      const published = hasPublished() ? await loadSeedModel('tiny-imagenet') : undefined
      if (!published) say('The published network is not in EXPLAINNET_DATA: the report has ours alone.')
      const bar = progressBar()
      const study = await tinyImageNetStudy({
        folder,
        out,
        ...(image ? { image } : {}),
        published,
        signal,
        onProgress: bar.update,
      }).finally(() => bar.stop())
      if (json) return sayJSON(study.results)
      say(`Report: ${study.report}`)
    })

const hasPublished = () =>
  existsSync(join(process.env['EXPLAINNET_DATA'] ?? '', 'seeds', 'tiny_imagenet_model.checkpoint.weights.h5'))
