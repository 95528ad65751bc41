import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ExplainError } from '@explainnet/core'

export const asJSON = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** Puts a file beside a model. Throws `unwritable`. */
export async function writeText(folder: string, name: string, text: string): Promise<void> {
  try {
    await writeFile(join(folder, name), text)
  } catch (cause) {
    const cure = 'Choose a folder that can be written to.'
    throw new ExplainError('unwritable', `${join(folder, name)} cannot be written.`, cure, { cause })
  }
}
