import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ExplainError } from '@explainnet/core'

/**
 * Writes a file whole or not at all: beside its place under another name, then renamed. Makes missing folders. What was there
 * before stays until the new content is complete. Throws `unwritable`.
 */
export async function writeFileAtomic(path: string, content: Uint8Array | string): Promise<void> {
  const part = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.part`)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(part, content)
    await rename(part, path)
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined)
    const { code } = cause as NodeJS.ErrnoException
    throw new ExplainError('unwritable', `${path} cannot be written (${reasons[code ?? ''] ?? code}).`, cures(code), {
      cause,
    })
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EEXIST: 'a file is where a folder should be',
  ENOTDIR: 'a file is where a folder should be',
  EISDIR: 'a folder is there',
}

const cures = (code: string | undefined) =>
  code === 'ENOSPC' ? 'Make room, or name another folder.' : 'Name a folder that you may write to.'

/** Why a file could not be read, in words. */
export function whyUnreadable(cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist'
  if (code === 'EISDIR') return 'is a folder'
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read'
  return `cannot be read (${code ?? String(cause)})`
}
