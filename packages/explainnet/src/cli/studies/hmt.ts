import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ExplainError } from '@explainnet/core'
import { hmtStudy, loadSeedModelPool } from '@explainnet/studies'
import { Command } from 'commander'
import { progressBar, say, sayJSON } from '../console.ts'
import type { CommandContext } from '../program.ts'
import { type WorkersOption, workersOption } from '../workers-option.ts'

interface HmtCommandOptions extends WorkersOption {
  readonly data?: string
  readonly out: string
  readonly json?: boolean
}

export const hmtStudyCommand = ({ signal }: CommandContext): Command =>
  new Command('hmt')
    .description('the histology study: evaluation, every technique, and drop and increase beside the published figures')
    .option('--data <folder>', 'the test tiles in class folders; default: hmt/HMT_test in EXPLAINNET_DATA')
    .addOption(workersOption())
    .option('--out <folder>', 'where the report goes', 'report/hmt')
    .option('--json', 'print results as JSON on stdout, and nothing else there')
    .action(async ({ data, out, workers, json }: HmtCommandOptions) => {
      const folder = testTiles(data)
      const model = await loadSeedModelPool('hmt', { workers })
      const bar = progressBar()
      try {
        const study = await hmtStudy({ model, folder, out, signal, onProgress: bar.update })
        if (json) sayJSON(study.results)
        else say(`Report: ${study.report}`)
      } finally {
        bar.stop()
        await model.close()
      }
    })

function testTiles(given: string | undefined): string {
  if (given) return given
  const folder = join(process.env['EXPLAINNET_DATA'] ?? '', 'hmt', 'HMT_test')
  if (existsSync(folder)) return folder
  throw new ExplainError(
    'bad-file',
    'No tiles were named.',
    'Give --data <folder of class folders>, or set EXPLAINNET_DATA to the folder that holds hmt.',
  )
}
