import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ExplainError } from '@explainnet/core'

/** `--data`, or Tiny ImageNet under EXPLAINNET_DATA. */
export function tinyImageNetFolder(given: string | undefined): string {
  if (given) return given
  const folder = join(process.env['EXPLAINNET_DATA'] ?? '', 'tinyimagenet')
  if (existsSync(folder)) return folder
  throw new ExplainError(
    'bad-file',
    'The folder of Tiny ImageNet was not named.',
    'Give --data <folder that holds train and val>, or set EXPLAINNET_DATA to the folder that holds tinyimagenet.',
  )
}
