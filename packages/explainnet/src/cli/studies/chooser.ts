import { loadModel, useBackend } from '@explainnet/node'
import { chooserStudy, pollenSimModelPath } from '@explainnet/studies'
import { Command } from 'commander'
import { progressBar, say, sayJSON } from '../console.ts'
import { readMethods } from '../method-option.ts'
import type { CommandContext } from '../program.ts'

export const chooserStudyCommand = ({ signal }: CommandContext): Command =>
  new Command('chooser')
    .description('whether `compare` recommends a method that looks at the planted traits, which it is not told')
    .option('--out <folder>', 'where the report goes', 'report/chooser')
    .option('--method <names>', 'methods to choose from, with commas; default: those that cost little')
    .option('--json', 'print results as JSON on stdout, and nothing else there')
    .action(async (options: { out: string; method?: string; json?: boolean }) => {
      await useBackend('wasm')
      const bar = progressBar()
      const methods = options.method
        ? await readMethods({ method: [options.method] }, await loadModel(pollenSimModelPath))
        : undefined
      const study = await chooserStudy({ out: options.out, methods, signal, onProgress: bar.update }).finally(() =>
        bar.stop(),
      )
      if (options.json) return sayJSON(study.results)
      say(`Report: ${study.report}`)
    })
