import { constants } from 'node:fs'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ExplainError } from '@explainnet/core'
import { labelFromFileName, namesIn } from './list.ts'

/** What became of each file of a flat folder; paths relative to the target folder, `label/name`. */
export interface SortReport {
  readonly copied: readonly string[]
  /** Were there before, with the same bytes. */
  readonly already: readonly string[]
  /** Were there before with other bytes, and were left as they are. */
  readonly conflicts: readonly string[]
  /** File names that tell no class, and were not copied. */
  readonly unnamed: readonly string[]
}

/**
 * Copies the images of a flat folder into one folder a class, by their names (`croton_12.jpg` → `croton/croton_12.jpg`).
 * Overwrites nothing and changes nothing in `from`; running it again is harmless.
 *
 * @throws ExplainError `bad-file` if `from` cannot be read or has no images, `unwritable` if `to` cannot be written.
 */
export async function sortFlatFolder(from: string, to: string): Promise<SortReport> {
  const { images } = await namesIn(from)
  if (images.length === 0) {
    throw new ExplainError('bad-file', `${from} has no images.`, 'Give a folder of files named like croton_12.jpg.')
  }
  const report = { copied: [], already: [], conflicts: [], unnamed: [] } as Record<keyof SortReport, string[]>
  for (const name of images) {
    const label = labelFromFileName(name)
    if (label === undefined) {
      report.unnamed.push(name)
      continue
    }
    const outcome = await copyWithoutOverwriting(join(from, name), join(to, label), name)
    report[outcome].push(`${label}/${name}`)
  }
  return report
}

async function copyWithoutOverwriting(
  source: string,
  folder: string,
  name: string,
): Promise<'copied' | 'already' | 'conflicts'> {
  const target = join(folder, name)
  try {
    await mkdir(folder, { recursive: true })
    await copyFile(source, target, constants.COPYFILE_EXCL)
    return 'copied'
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new ExplainError('unwritable', `${target} cannot be written.`, 'Choose a folder that can be written to.', {
        cause,
      })
    }
  }
  const same = (await readFile(source)).equals(await readFile(target))
  return same ? 'already' : 'conflicts'
}
