import { useBackend } from '@explainnet/node'
import { pollenStudy } from '@explainnet/studies'
import { Command } from 'commander'
import { progressBar, say, sayJSON } from '../console.ts'
import { dataFolder } from '../evaluate.ts'
import type { CommandContext } from '../program.ts'

export const pollenStudyCommand = ({ signal }: CommandContext): Command =>
  new Command('pollen')
    .description('the pollen study on photographs: training, evaluation and every technique')
    .option('--data <folder>', 'folder of class folders; default: pollen23e in EXPLAINNET_DATA')
    .option('--out <folder>', 'where the report goes', 'report/pollen')
    .option('--json', 'print results as JSON on stdout, and nothing else there')
    .action(async (options: { data?: string; out: string; json?: boolean }) => {
      const folder = dataFolder(options.data)
      await useBackend('wasm')
      const bar = progressBar()
      const study = await pollenStudy({ folder, out: options.out, signal, onProgress: bar.update }).finally(() =>
        bar.stop(),
      )
      if (options.json) return sayJSON(study.results)
      say(`Report: ${study.report}`)
    })
