import { useBackend } from '@explainnet/node'
import { shortcutStudy } from '@explainnet/studies'
import { Command } from 'commander'
import { progressBar, say, sayJSON } from '../console.ts'
import { wholeNumber } from '../explain.ts'
import type { CommandContext } from '../program.ts'

export const shortcutStudyCommand = ({ signal }: CommandContext): Command =>
  new Command('shortcut')
    .description('which techniques reveal a network that goes by a scale bar')
    .option('--images <n>', 'held-out pictures', wholeNumber, 20)
    .option('--out <folder>', 'where the report goes', 'report/shortcut')
    .option('--json', 'print results as JSON on stdout, and nothing else there')
    .action(async (options: { images: number; out: string; json?: boolean }) => {
      await useBackend('wasm')
      const bar = progressBar()
      const { images, out } = options
      const study = await shortcutStudy({ images, out, signal, onProgress: bar.update }).finally(() => bar.stop())
      if (options.json) return sayJSON(study.results)
      say(`Report: ${study.report}`)
    })
