import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ExplainError } from '@explainnet/core'

/** Writes a file whole or not at all, making its folder: what was there stays until the new one is complete. */
export async function writeAtomically(path: string, content: Uint8Array | string): Promise<void> {
  const part = `${path}.${process.pid}.part`
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(part, content)
    await rename(part, path)
  } catch (cause) {
    await rm(part, { force: true }).catch(() => {})
    throw new ExplainError('unwritable', `${path} cannot be written.`, 'Choose a folder that you may write to.', {
      cause,
    })
  }
}
