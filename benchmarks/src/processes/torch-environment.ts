import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cache, requirements } from '../paths.ts'

/**
 * The Python of a virtual environment that holds what `requirements.txt` pins, made if it is not there yet. pip takes packages from
 * wherever its user has told it to. Throws where there is no Python or the packages are not to be had.
 */
export async function torchPython(announce: (what: string) => void): Promise<string> {
  const folder = join(cache, 'venv')
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  const stamp = join(folder, 'requirements.sha256')
  const wanted = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return python
  announce('making a Python environment with PyTorch and Captum: minutes, once')
  await rm(folder, { recursive: true, force: true })
  run(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder])
  run(python, ['-m', 'pip', 'install', '--quiet', '--no-cache-dir', '--requirement', requirements])
  await writeFile(stamp, wanted)
  return python
}

function run(command: string, args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] })
  if (status !== 0) {
    throw new Error(
      `\`${command} ${args.slice(0, 3).join(' ')}\` failed: ${error?.message ?? stderr.trim().split('\n').at(-1)}`,
    )
  }
}
