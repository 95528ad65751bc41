import { ExplainError, randomStream } from '@explainnet/core'
import { alike, type Likeness, likenessOf } from './likeness.ts'
import { inOrder, type LabelledFile, type ListOptions, listFolder } from './list.ts'
import { type CorruptFile, type ReadOptions, readFolder } from './read.ts'

export interface SplitEntry extends LabelledFile {
  /** Of the file's bytes, hexadecimal: names the picture whatever the file is called. */
  readonly sha256: string
}

export interface FolderSplit {
  /** Sorted; a label's place is its class index. */
  readonly labels: readonly string[]
  readonly train: readonly SplitEntry[]
  readonly validation: readonly SplitEntry[]
  readonly test: readonly SplitEntry[]
  /** Sets of identical or near-identical pictures, paths, each kept on one side. */
  readonly duplicates: readonly (readonly string[])[]
  /** Left out, with `onCorrupt: 'skip'`. */
  readonly corrupt: readonly CorruptFile[]
}

export interface SplitOptions extends ReadOptions, ListOptions {
  /** Default 0. */
  readonly seed?: number | undefined
  /** Shares of train, validation and test; they sum to 1. Default 0.64, 0.16, 0.2. */
  readonly shares?: readonly [train: number, validation: number, test: number] | undefined
}

/**
 * Splits a data set's folder into train, validation and test: stratified by class, the same for the same pictures and
 * seed whatever the files are called, with identical (SHA-256) and near-identical pictures (`alike`), within and
 * across classes, on one side. Reads and decodes every image once.
 *
 * @throws CorruptFilesError naming every file that is no image, unless `onCorrupt: 'skip'`.
 * @throws ExplainError `bad-file` and `unknown-label` as `listFolder` does; `bad-file` too, naming each class that has too few
 * pictures to be on every side; `bad-option` for shares that do not sum to 1.
 */
export async function splitFolder(root: string, options: SplitOptions): Promise<FolderSplit> {
  const { seed = 0, shares = [0.64, 0.16, 0.2] } = options
  if (shares.some((share) => !(share >= 0)) || Math.abs(shares[0] + shares[1] + shares[2] - 1) > 1e-9) {
    throw new ExplainError(
      'bad-option',
      `The shares ${shares.join(', ')} are no split.`,
      'Give three numbers of at least 0 that sum to 1.',
    )
  }
  const corrupt: CorruptFile[] = []
  const files: (SplitEntry & { likeness: Likeness })[] = []
  const note = (file: CorruptFile) => {
    corrupt.push(file)
    options.corrupt?.(file)
  }
  for await (const { image, ...entry } of readFolder(root, await listFolder(root, options), {
    ...options,
    corrupt: note,
  })) {
    files.push({ ...entry, likeness: likenessOf(image) })
  }
  // By content, so that a split does not depend on file names.
  files.sort((a, b) => inOrder(a.sha256, b.sha256) || inOrder(a.path, b.path))
  const groups = groupDuplicates(files)
  const labels = [...new Set(files.map((file) => file.label))].sort(inOrder)
  const sides: [SplitEntry[], SplitEntry[], SplitEntry[]] = [[], [], []]
  for (const [position, label] of labels.entries()) {
    // A group across classes goes with the class of its first member.
    const own = groups.filter((group) => group[0]!.label === label)
    const total = own.reduce((sum, group) => sum + group.length, 0)
    const [validation, test] = [Math.round(total * shares[1]), Math.round(total * shares[2])]
    const room = [total - validation - test, validation, test]
    shuffle(own, randomStream(seed, position))
    // Large groups first, while there is room for them; each to the side that lacks most.
    own.sort((a, b) => b.length - a.length)
    for (const group of own) {
      const side = room.indexOf(Math.max(...room))
      room[side]! -= group.length
      sides[side]!.push(...group.map(({ path, label, sha256 }) => ({ path, label, sha256 })))
    }
  }
  const [train, validation, test] = sides.map((side) => side.sort((a, b) => inOrder(a.path, b.path))) as typeof sides
  requireEveryClass(
    root,
    labels,
    sides.filter((_, side) => shares[side]! > 0),
  )
  const duplicates = groups
    .filter((group) => group.length > 1)
    .map((group) => group.map((file) => file.path).sort(inOrder))
  return { labels, train, validation, test, duplicates, corrupt }
}

/** A class missing on one side can be neither learned nor judged, and its row in a report would be empty. */
function requireEveryClass(root: string, labels: readonly string[], sides: readonly (readonly SplitEntry[])[]): void {
  const short = labels.filter((label) => !sides.every((side) => side.some((entry) => entry.label === label)))
  if (short.length === 0) return
  const counts = short.map((label) => {
    const count = sides.flat().filter((entry) => entry.label === label).length
    return `${label} (${count} ${count === 1 ? 'image' : 'images'})`
  })
  throw new ExplainError(
    'bad-file',
    `${root} cannot be split: there is too little of ${counts.join(', ')} for ${sides.length} sides; copies of a picture stay on one side.`,
    'Add images, give other shares, or leave the class out with classes.',
  )
}

function shuffle<T>(items: T[], random: { integer(bound: number): number }): void {
  for (let i = items.length - 1; i > 0; i--) {
    const other = random.integer(i + 1)
    const held = items[i]!
    items[i] = items[other]!
    items[other] = held
  }
}

/** Sets connected by likeness, each in the order of `files`; a picture like no other is a set of its own. */
function groupDuplicates<T extends { sha256: string; likeness: Likeness }>(files: readonly T[]): T[][] {
  const parent = files.map((_, i) => i)
  const root = (i: number): number => {
    let top = i
    while (parent[top] !== top) top = parent[top]!
    parent[i] = top
    return top
  }
  for (let i = 0; i < files.length; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [files[i]!, files[j]!]
      if (a.sha256 === b.sha256 || alike(a.likeness, b.likeness)) parent[root(i)] = root(j)
    }
  }
  const groups = new Map<number, T[]>()
  for (const [i, file] of files.entries()) {
    const top = root(i)
    groups.set(top, [...(groups.get(top) ?? []), file])
  }
  return [...groups.values()]
}
