import { registerGradients } from '@explainnet/gradients'
import { useBackend } from '@explainnet/node'
import { beyondImagesStudy } from '@explainnet/studies'
import { Command } from 'commander'
import { progressBar, say, sayJSON } from '../console.ts'
import { wholeNumber } from '../explain.ts'
import type { CommandContext } from '../program.ts'

export const beyondImagesStudyCommand = ({ signal }: CommandContext): Command =>
  new Command('beyond-images')
    .description('words, a molecule-like graph and a translation, on generated data in which it is known what decides')
    .option('--seed <n>', 'seed of data, weights and order', wholeNumber, 0)
    .option('--out <folder>', 'where the report goes', 'report/beyond-images')
    .option('--json', 'print results as JSON on stdout, and nothing else there')
    .action(async (options: { seed: number; out: string; json?: boolean }) => {
      await useBackend('wasm')
      // Training is ours alone here, so the faster gradients may replace those of tfjs-layers.
      registerGradients({ override: true })
      const bar = progressBar()
      const { seed, out } = options
      const study = await beyondImagesStudy({ seed, out, signal, onProgress: bar.update }).finally(() => bar.stop())
      if (options.json) return sayJSON(study.results)
      say(`Report: ${study.report}`)
    })
