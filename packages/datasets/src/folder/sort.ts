import { join } from 'node:path'
import { ExplainError } from '@explainnet/core'
import { labelFromFileName, namesIn } from './list.ts'
import { placeFile } from './place.ts'

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
    report[listOf[await placeFile(join(from, name), join(to, label), name)]].push(`${label}/${name}`)
  }
  return report
}

const listOf = { placed: 'copied', already: 'already', conflict: 'conflicts' } as const
