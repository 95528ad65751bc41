import { useBackend } from '@explainnet/node'
import { conclusionStudy } from '@explainnet/studies'
import { Command } from 'commander'
import { progressBar, say, sayJSON } from '../console.ts'
import { dataFolder } from '../evaluate.ts'
import { wholeNumber } from '../explain.ts'
import type { CommandContext } from '../program.ts'

interface ConclusionOptions {
  readonly data?: string
  readonly photographs?: number
  readonly images: number
  readonly out: string
  readonly json?: boolean
}

export const conclusionStudyCommand = ({ signal }: CommandContext): Command =>
  new Command('conclusion')
    .description('"integrated gradients > SmoothGrad > saliency", tested on photographs and on rendered pollen')
    .option('--data <folder>', 'folder of class folders; default: pollen23e in EXPLAINNET_DATA')
    .option('--photographs <n>', 'of the pollen test split; default: all', wholeNumber)
    .option('--images <n>', 'held-out rendered pictures', wholeNumber, 200)
    .option('--out <folder>', 'where the report goes', 'report/conclusion')
    .option('--json', 'print results as JSON on stdout, and nothing else there')
    .action(async ({ data, json, ...options }: ConclusionOptions) => {
      const folder = dataFolder(data)
      await useBackend('wasm')
      const bar = progressBar()
      const study = await conclusionStudy({ folder, ...options, signal, onProgress: bar.update }).finally(() =>
        bar.stop(),
      )
      if (json) return sayJSON(study.results)
      say(`Report: ${study.report}`)
    })
