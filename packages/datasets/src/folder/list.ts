import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ExplainError } from '@explainnet/core'

const imageName = /\.(jpe?g|png|webp|tiff?|bmp|gif|avif)$/i

/** An image file of a data set. */
export interface LabelledFile {
  /** Relative to the data set's folder, with `/` between parts. */
  readonly path: string
  readonly label: string
}

/**
 * The class in a file's name, which ends in a number: `croton` of `croton_12.jpg`, `croton (12).jpg`, `croton-12.jpg`
 * and `croton12.jpg`. Undefined where the name has no such form.
 */
export function labelFromFileName(name: string): string | undefined {
  const stem = name.replace(/\.[^.]*$/, '')
  // A class may end in a digit where something stands between it and the number.
  const apart = /^(.*[^\s_-])(?:[\s_-]+\d+|[\s_-]*\(\d+\))$/.exec(stem)
  return (apart ?? /^(.*[^\s_\-\d])\d+$/.exec(stem))?.[1]
}

/** Plain comparison of code units: the same order everywhere, which a locale's is not. */
export const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Names in a folder, sorted, without hidden ones; a missing or unreadable folder is an error with its cure. */
export async function namesIn(folder: string): Promise<{ images: string[]; folders: string[] }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new ExplainError('bad-file', `The folder ${folder} cannot be read.`, 'Give the path of an existing folder.', {
      cause,
    })
  })
  const visible = entries.filter((entry) => !entry.name.startsWith('.'))
  const named = (kept: typeof entries) => kept.map((entry) => entry.name).sort(inOrder)
  return {
    images: named(visible.filter((entry) => !entry.isDirectory() && imageName.test(entry.name))),
    folders: named(visible.filter((entry) => entry.isDirectory())),
  }
}

export interface ListOptions {
  /** Only these classes. Default: all. */
  readonly classes?: readonly string[] | undefined
}

/**
 * The images of a data set, in the order of their paths. The folder holds one folder a class, with the images in it or in a folder
 * `images` inside it (as Tiny ImageNet has them), or else the images themselves, whose names tell the class (see `labelFromFileName`).
 *
 * @throws ExplainError `bad-file` for a missing folder, one without images, one with images both beside and inside
 * class folders, or flat files whose names tell no class (all named); `unknown-label` naming each of `classes` that has no image.
 */
export async function listFolder(root: string, { classes }: ListOptions = {}): Promise<LabelledFile[]> {
  const { images, folders } = await namesIn(root)
  const inside: LabelledFile[] = []
  for (const label of folders) inside.push(...(await imagesOf(root, label)))
  if (images.length > 0 && inside.length > 0) {
    throw new ExplainError(
      'bad-file',
      `${root} has images beside its class folders (${images[0]}).`,
      'Move them into a class folder, or take the folders away.',
    )
  }
  if (images.length === 0 && inside.length === 0) {
    throw new ExplainError(
      'bad-file',
      `${root} has no images.`,
      'Give a folder of class folders, or of files named like croton_12.jpg.',
    )
  }
  return onlyClasses(inside.length > 0 ? inside : labelled(root, images), classes, root)
}

/** The files of chosen classes. Throws `unknown-label` naming the classes that have none. */
export function onlyClasses(
  files: readonly LabelledFile[],
  classes: readonly string[] | undefined,
  root: string,
): LabelledFile[] {
  if (classes === undefined) return [...files]
  const there = new Set(files.map((file) => file.label))
  const unknown = classes.filter((name) => !there.has(name))
  if (unknown.length > 0) {
    throw new ExplainError(
      'unknown-label',
      `${root} has no images of ${unknown.join(', ')}.`,
      `It has ${[...there].sort(inOrder).join(', ')}.`,
    )
  }
  return files.filter((file) => classes.includes(file.label))
}

async function imagesOf(root: string, label: string): Promise<LabelledFile[]> {
  const { images, folders } = await namesIn(join(root, label))
  if (images.length > 0 || !folders.includes('images'))
    return images.map((name) => ({ path: `${label}/${name}`, label }))
  const deeper = await namesIn(join(root, label, 'images'))
  return deeper.images.map((name) => ({ path: `${label}/images/${name}`, label }))
}

function labelled(root: string, images: readonly string[]): LabelledFile[] {
  const unnamed = images.filter((name) => labelFromFileName(name) === undefined)
  if (unnamed.length > 0) {
    throw new ExplainError(
      'bad-file',
      `No class can be told from these names in ${root}: ${unnamed.join(', ')}.`,
      'Name files like croton_12.jpg or croton (12).jpg, or put them into class folders.',
    )
  }
  return images.map((name) => ({ path: name, label: labelFromFileName(name)! }))
}
