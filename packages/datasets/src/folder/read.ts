import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ExplainError, type RawImage } from '@explainnet/core'
import type { LabelledFile } from './list.ts'

/** Turns a file's bytes into pixels; rejects where they are no whole image. `name` is for messages. */
export type Decode = (bytes: Uint8Array, name: string) => Promise<RawImage>

export interface CorruptFile {
  readonly path: string
  /** Why it could not be read. */
  readonly reason: string
}

/** Files that are no images, all of them. */
export class CorruptFilesError extends ExplainError {
  readonly files: readonly CorruptFile[]

  constructor(root: string, files: readonly CorruptFile[]) {
    const list = files.map(({ path, reason }) => `${path} (${reason})`).join('; ')
    super(
      'bad-image',
      `${files.length} ${files.length === 1 ? 'file' : 'files'} in ${root} cannot be read as images: ${list}.`,
      "Replace or remove them, or skip them with onCorrupt: 'skip'.",
    )
    this.name = 'CorruptFilesError'
    this.files = files
  }
}

export interface ReadOptions {
  readonly decode: Decode
  /**
   * `refuse` (default): go on to the last file, then throw one `CorruptFilesError` that names every corrupt one.
   * `skip`: leave them out; each is passed to `corrupt`.
   */
  readonly onCorrupt?: 'refuse' | 'skip' | undefined
  /** Told of each corrupt file as it is met. */
  readonly corrupt?: ((file: CorruptFile) => void) | undefined
}

export interface FolderImage extends LabelledFile {
  /** Of the file's bytes, hexadecimal. */
  readonly sha256: string
  readonly image: RawImage
}

// Decoded ahead of the consumer: codecs work in threads of their own.
const ahead = 8

/**
 * Decoded images, one after the other in the order of `files`, a few in memory at a time.
 *
 * @throws CorruptFilesError after the last image, unless `onCorrupt: 'skip'`.
 */
export async function* readFolder(
  root: string,
  files: readonly LabelledFile[],
  options: ReadOptions,
): AsyncGenerator<FolderImage, void, undefined> {
  const corrupt: CorruptFile[] = []
  for (let start = 0; start < files.length; start += ahead) {
    const batch = await Promise.all(
      files.slice(start, start + ahead).map((file) => readOne(root, file, options.decode)),
    )
    for (const result of batch) {
      if ('image' in result) {
        yield result
      } else {
        corrupt.push(result)
        options.corrupt?.(result)
      }
    }
  }
  if (corrupt.length > 0 && options.onCorrupt !== 'skip') throw new CorruptFilesError(root, corrupt)
}

async function readOne(root: string, file: LabelledFile, decode: Decode): Promise<FolderImage | CorruptFile> {
  try {
    const bytes = await readFile(join(root, file.path))
    if (bytes.length === 0) return { path: file.path, reason: 'empty file' }
    const image = await decode(bytes, file.path)
    return { ...file, sha256: createHash('sha256').update(bytes).digest('hex'), image }
  } catch (error) {
    return { path: file.path, reason: error instanceof Error ? error.message : String(error) }
  }
}
