import type { StoredArray, StoredGroup } from '../hdf5.ts'

/** The group at a path of names, or undefined. */
export function groupAt(root: StoredGroup, path: string): StoredGroup | undefined {
  let here: StoredGroup | undefined = root
  for (const name of path.split('/')) if (name !== '') here = here?.groups.get(name)
  return here
}

/** The array at a path of names, or undefined. */
export function arrayAt(root: StoredGroup, path: string): StoredArray | undefined {
  const at = path.lastIndexOf('/')
  return groupAt(root, path.slice(0, Math.max(at, 0)))?.arrays.get(path.slice(at + 1))
}
