import { statSync } from 'node:fs'
import { basename, dirname, extname, resolve } from 'node:path'
import { ExplainError } from '@explainnet/core'
import { readImage } from '@explainnet/node'
import { fileName, type ImageSource } from '@explainnet/studies'
import { glob } from 'tinyglobby'

const extensions = ['jpg', 'jpeg', 'png', 'webp', 'tif', 'tiff', 'gif', 'avif', 'bmp']

export interface FoundImage extends ImageSource {
  /** The name of the folder that it lies in. */
  readonly folder: string
}

/** Files, folders and globs as pictures to explain, in order, each once; names are made unique. */
export async function findImages(patterns: readonly string[]): Promise<FoundImage[]> {
  const paths = new Set<string>()
  for (const pattern of patterns) {
    const stat = statSync(pattern, { throwIfNoEntry: false })
    // A path that exists is meant literally, whatever brackets are in its name.
    const found = stat?.isFile()
      ? [pattern]
      : stat?.isDirectory()
        ? await glob(`**/*.{${extensions.join(',')}}`, { cwd: pattern, absolute: true, caseSensitiveMatch: false })
        : await glob(pattern, { absolute: true })
    if (found.length === 0) {
      throw new ExplainError('bad-file', `No image is at ${pattern}.`, 'Give a file, a folder or a glob in quotes.')
    }
    for (const path of found.sort()) paths.add(path)
  }
  const taken = new Set<string>()
  return [...paths].map((path) => {
    const stem = fileName(basename(path, extname(path)))
    let name = stem
    for (let copy = 2; taken.has(name); copy++) name = `${stem}-${copy}`
    taken.add(name)
    return { name, folder: basename(dirname(resolve(path))), load: () => readImage(path) }
  })
}
