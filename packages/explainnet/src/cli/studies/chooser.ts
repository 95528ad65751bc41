import { useBackend } from '@explainnet/node'
import { chooserStudy } from '@explainnet/studies'
import { Command } from 'commander'
import { progressBar, say, sayJSON } from '../console.ts'
import type { CommandContext } from '../program.ts'

export const chooserStudyCommand = ({ signal }: CommandContext): Command =>
  new Command('chooser')
    .description('whether `compare` recommends a method that looks at the planted traits, which it is not told')
    .option('--out <folder>', 'where the report goes', 'report/chooser')
    .option('--json', 'print results as JSON on stdout, and nothing else there')
    .action(async (options: { out: string; json?: boolean }) => {
      await useBackend('wasm')
      const bar = progressBar()
      const study = await chooserStudy({ out: options.out, signal, onProgress: bar.update }).finally(() => bar.stop())
      if (options.json) return sayJSON(study.results)
      say(`Report: ${study.report}`)
    })
