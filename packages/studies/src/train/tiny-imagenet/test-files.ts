import { type LabelledFile, listFolder } from '@explainnet/datasets/folder'
import { tinyImageNetClasses } from './classes.ts'

/** The images of a folder of class folders named by WordNet id, labelled by the classes' English names. */
export async function tinyImageNetTestFiles(folder: string): Promise<LabelledFile[]> {
  const names = new Map<string, string>(tinyImageNetClasses.map(({ wnid, name }) => [wnid, name]))
  return (await listFolder(folder)).map(({ path, label }) => ({ path, label: names.get(label) ?? label }))
}
