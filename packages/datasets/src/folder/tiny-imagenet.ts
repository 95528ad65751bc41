import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ExplainError } from '@explainnet/core'
import { inOrder, type LabelledFile, type ListOptions, listFolder, namesIn, onlyClasses } from './list.ts'
import { type PlaceOptions, placeFile } from './place.ts'

/** Class numbers of WordNet and their words, from the `words.txt` of Tiny ImageNet. Throws `bad-file` if it cannot be read. */
export async function readWordNames(path: string): Promise<ReadonlyMap<string, string>> {
  const lines = (await readText(path)).split(/\r?\n/).filter((line) => line.includes('\t'))
  return new Map(lines.map((line) => line.split('\t') as [string, string]))
}

/**
 * The images of `train` or `val`, labelled with the class numbers of WordNet (`n01443537`): of class folders, as `listFolder` finds
 * them, or of a validation folder as it was downloaded, by its `val_annotations.txt`.
 *
 * @param root The folder that holds `train`, `val` and `words.txt`. Paths are relative to it.
 * @param classes Class numbers, or words of `words.txt` (`goldfish`).
 * @throws ExplainError as `listFolder` does; `bad-file` for annotations that cannot be understood.
 */
export async function listTinyImageNet(
  root: string,
  side: 'train' | 'val',
  { classes }: ListOptions = {},
): Promise<LabelledFile[]> {
  const folder = join(root, side)
  const annotated = side === 'val' && (await namesIn(folder)).folders.includes('images')
  const files = annotated ? await listAnnotated(folder) : await listFolder(folder)
  const chosen = onlyClasses(files, classes && (await classNumbers(root, classes)), folder)
  return chosen.map(({ path, label }) => ({ path: `${side}/${path}`, label }))
}

/** What became of a validation folder; paths relative to the target, `label/name`. */
export interface Reorganisation {
  /** Copied or moved; with `dryRun`, what would be. */
  readonly placed: readonly string[]
  /** Were in their class folder before, with the same bytes. */
  readonly already: readonly string[]
  /** Another file of that name is in the class folder: both are left as they are. */
  readonly conflicts: readonly string[]
  /** Images without an annotation, which stay where they are. */
  readonly unlisted: readonly string[]
  /** Annotations whose image is in neither place. */
  readonly missing: readonly string[]
}

export interface ReorganiseOptions extends PlaceOptions {
  /** Folder of the class folders. Default: the validation folder itself. */
  readonly to?: string | undefined
}

/**
 * Brings Tiny ImageNet's validation folder (`val_annotations.txt` and `images/`) into class folders. Copies unless told to move, overwrites
 * nothing, and can be stopped and run again.
 *
 * @throws ExplainError `bad-file` without `val_annotations.txt` or if it cannot be understood, `unwritable`.
 */
export async function reorganiseTinyImageNetValidation(
  folder: string,
  { to = folder, ...options }: ReorganiseOptions = {},
): Promise<Reorganisation> {
  const annotations = await readAnnotations(folder)
  const images = new Set(await flatImages(folder))
  const report: Record<keyof Reorganisation, string[]> = {
    placed: [],
    already: [],
    conflicts: [],
    unlisted: [...images].filter((name) => !annotations.has(name)),
    missing: [],
  }
  const listOf = { placed: 'placed', already: 'already', conflict: 'conflicts' } as const
  const inPlace = new Map<string, ReadonlySet<string>>()
  for (const [name, label] of annotations) {
    const path = `${label}/${name}`
    if (images.has(name)) {
      report[listOf[await placeFile(join(folder, 'images', name), join(to, label), name, options)]].push(path)
      continue
    }
    if (!inPlace.has(label)) inPlace.set(label, new Set(await readdir(join(to, label)).catch(() => [])))
    report[inPlace.get(label)!.has(name) ? 'already' : 'missing'].push(path)
  }
  return report
}

/** Of a validation folder that may be reorganised in part: what is in `images`, and what is in class folders. */
async function listAnnotated(folder: string): Promise<LabelledFile[]> {
  const annotations = await readAnnotations(folder)
  const flat = (await flatImages(folder)).flatMap((name) => {
    const label = annotations.get(name)
    return label === undefined ? [] : [{ path: `images/${name}`, label }]
  })
  const known = new Set(flat.map(({ path }) => basename(path)))
  const labels = new Set(annotations.values())
  const { folders } = await namesIn(folder)
  for (const label of folders.filter((name) => labels.has(name))) {
    const { images } = await namesIn(join(folder, label))
    for (const name of images) if (!known.has(name)) flat.push({ path: `${label}/${name}`, label })
  }
  return flat.sort((a, b) => inOrder(a.path, b.path))
}

const flatImages = async (folder: string): Promise<readonly string[]> =>
  (await namesIn(folder)).folders.includes('images') ? (await namesIn(join(folder, 'images'))).images : []

/** File name to class number. */
async function readAnnotations(folder: string): Promise<ReadonlyMap<string, string>> {
  const path = join(folder, 'val_annotations.txt')
  const lines = (await readText(path)).split(/\r?\n/).filter((line) => line !== '')
  return new Map(
    lines.map((line, i) => {
      const [name = '', label = ''] = line.split('\t')
      // Names become paths: nothing that leads out of the folder.
      if (!/^\w[\w.-]*$/.test(name) || !/^n\d+$/.test(label)) {
        throw new ExplainError(
          'bad-file',
          `Line ${i + 1} of ${path} is no annotation: ${line.slice(0, 60)}.`,
          'A line reads file name, tab, class number (n01443537), and the box.',
        )
      }
      return [name, label] as const
    }),
  )
}

async function classNumbers(root: string, classes: readonly string[]): Promise<string[]> {
  if (classes.every((name) => /^n\d+$/.test(name))) return [...classes]
  const words = await readWordNames(join(root, 'words.txt'))
  return classes.map((name) => {
    if (words.has(name)) return name
    const found = Array.from(words).filter(([, text]) => text.split(', ').includes(name))
    if (found.length !== 1) {
      throw new ExplainError(
        'unknown-label',
        found.length === 0 ? `words.txt has no class ${name}.` : `${name} is the word of ${found.length} classes.`,
        found.length === 0
          ? 'Give a class number like n01443537, or a word of words.txt.'
          : `Give one of the class numbers ${found.map(([number]) => number).join(', ')}.`,
      )
    }
    return found[0]![0]
  })
}

const readText = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ExplainError('bad-file', `${path} cannot be read.`, 'Give the folder of Tiny ImageNet as downloaded.', {
      cause,
    })
  })
