import { copyFile, mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ExplainError } from '@explainnet/core'

/** What became of a file: put there; there before with the same bytes; another file is there, and both are left as they are. */
export type Placement = 'placed' | 'already' | 'conflict'

export interface PlaceOptions {
  /** Takes the source away once its bytes are at the target. Default false. */
  readonly move?: boolean | undefined
  /** Changes nothing, and says what would be done. Default false. */
  readonly dryRun?: boolean | undefined
}

/**
 * Copies or moves a file into a folder, made if need be; overwrites nothing. A target appears whole or not at all, so that a run that was
 * stopped can be repeated.
 *
 * @throws ExplainError `unwritable` if the folder cannot be written, or a source that was to be moved cannot be taken away.
 */
export async function placeFile(
  source: string,
  folder: string,
  name: string,
  { move = false, dryRun = false }: PlaceOptions = {},
): Promise<Placement> {
  const target = join(folder, name)
  try {
    if (await exists(target)) {
      if (!(await readFile(source)).equals(await readFile(target))) return 'conflict'
      if (move && !dryRun) await rm(source)
      return 'already'
    }
    if (dryRun) return 'placed'
    await mkdir(folder, { recursive: true })
    if (!move || !(await renamed(source, target))) {
      const part = join(folder, `.${name}.part`)
      await copyFile(source, part)
      await rename(part, target)
      if (move) await rm(source)
    }
    return 'placed'
  } catch (cause) {
    throw new ExplainError('unwritable', `${target} cannot be written.`, 'Choose a folder that can be written to.', {
      cause,
    })
  }
}

/** False where the target is on another file system. */
async function renamed(source: string, target: string): Promise<boolean> {
  try {
    await rename(source, target)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EXDEV') return false
    throw error
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
