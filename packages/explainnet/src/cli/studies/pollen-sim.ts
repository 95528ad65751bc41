import { useBackend } from '@explainnet/node'
import { pollenSimStudy } from '@explainnet/studies'
import { Command } from 'commander'
import { progressBar, say, sayJSON } from '../console.ts'
import { wholeNumber } from '../explain.ts'
import type { CommandContext } from '../program.ts'

export const pollenSimStudyCommand = ({ signal }: CommandContext): Command =>
  new Command('pollen-sim')
    .description('where each technique looks on rendered pollen, whose traits are known')
    .option('--images <n>', 'held-out pictures', wholeNumber, 200)
    .option('--out <folder>', 'where the report goes', 'report/pollen-sim')
    .option('--json', 'print results as JSON on stdout, and nothing else there')
    .action(async (options: { images: number; out: string; json?: boolean }) => {
      await useBackend('wasm')
      const bar = progressBar()
      const { images, out } = options
      const study = await pollenSimStudy({ images, out, signal, onProgress: bar.update }).finally(() => bar.stop())
      if (options.json) return sayJSON(study.results)
      say(`Report: ${study.report}`)
    })
