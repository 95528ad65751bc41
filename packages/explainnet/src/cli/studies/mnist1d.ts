import { useBackend } from '@explainnet/node'
import { loadPublishedMnist1d, mnist1dStudy } from '@explainnet/studies'
import { Command } from 'commander'
import { progressBar, say, sayJSON } from '../console.ts'
import { wholeNumber } from '../explain.ts'
import type { CommandContext } from '../program.ts'

interface Mnist1dStudyCommandOptions {
  readonly data?: string
  readonly signals?: number
  readonly seed: number
  readonly out: string
  readonly json?: boolean
}

export const mnist1dStudyCommand = ({ signal }: CommandContext): Command =>
  new Command('mnist1d')
    .description('the study on 1-D signals: evaluation, every technique, drop and increase in confidence')
    .option('--data <file>', 'mnist1d_data.pkl or its safetensors; default: the one in EXPLAINNET_DATA')
    .option('--signals <n>', 'signals of the tables; default: all', wholeNumber)
    .option('--seed <n>', 'seed of everything random', wholeNumber, 0)
    .option('--out <folder>', 'where the report goes', 'report/mnist1d')
    .option('--json', 'print results as JSON on stdout, and nothing else there')
    .action(async ({ data: file, json, ...options }: Mnist1dStudyCommandOptions) => {
      const data = await loadPublishedMnist1d(file)
      await useBackend('wasm')
      const bar = progressBar()
      const study = await mnist1dStudy({ ...options, data, signal, onProgress: bar.update }).finally(() => bar.stop())
      if (json) return sayJSON(study.results)
      say(`Report: ${study.report}`)
    })
