import { type Reorganisation, reorganiseTinyImageNetValidation } from '@explainnet/datasets/folder'
import { Command } from 'commander'
import { say, sayJSON } from '../console.ts'
import type { CommandContext } from '../program.ts'

interface TinyImageNetOptions {
  readonly to?: string
  readonly move?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

export const tinyImageNetCommand = ({ fail }: CommandContext): Command =>
  new Command('tiny-imagenet')
    .description("bring Tiny ImageNet's validation images into class folders; may be stopped and run again")
    .argument('<val>', 'the folder with val_annotations.txt and images')
    .option('--to <folder>', 'where the class folders go; default: the same folder')
    .option('--move', 'move the images instead of copying them; nothing is overwritten')
    .option('--dry-run', 'only say what would be done')
    .option('--json', 'as JSON')
    .action(async (val: string, { json, ...options }: TinyImageNetOptions) => {
      const report = await reorganiseTinyImageNetValidation(val, options)
      if (report.conflicts.length + report.missing.length > 0) fail()
      if (json) return sayJSON(report)
      say(summary(report, options))
      for (const path of report.conflicts) say(`  another file is there, both are left: ${path}`)
      for (const name of report.unlisted) say(`  no annotation, left in images: ${name}`)
      for (const path of report.missing) say(`  annotated, but found nowhere: ${path}`)
    })

const summary = ({ placed, already }: Reorganisation, { move, dryRun }: TinyImageNetOptions): string => {
  const verb = move ? 'moved' : 'copied'
  return `${placed.length} ${dryRun ? `would be ${verb}` : verb}, ${already.length} were there already.`
}
