import { type LabelledFile, listTinyImageNet } from '@explainnet/datasets/folder'
import { tinyImageNetClasses } from './classes.ts'

/**
 * The images of the five classes in Tiny ImageNet's `val`, paths relative to `root`, labelled by WordNet ids or, with
 * `names`, in English. Throws as `listTinyImageNet`.
 */
export async function tinyImageNetTestFiles(root: string, { names = false } = {}): Promise<LabelledFile[]> {
  const classes = tinyImageNetClasses.map(({ wnid }) => wnid)
  const files = await listTinyImageNet(root, 'val', { classes })
  return names ? files.map(({ path, label }) => ({ path, label: className(label) })) : files
}

/** The English name of a WordNet id; any other label as it is. */
export const className = (label: string): string =>
  tinyImageNetClasses.find(({ wnid }) => wnid === label)?.name ?? label
