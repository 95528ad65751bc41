import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { PreparedNetwork } from '../networks/prepare.ts'
import { cache } from '../paths.ts'
import type { Process } from '../processes/process.ts'

/**
 * Files with integrated gradients from zero of the first examples by the midpoint rule, computed by PyTorch's autograd alone: neither our
 * gradients nor Captum's integration. Made once, some minutes each; `report` is told how many are there.
 */
export async function references(
  network: PreparedNetwork,
  torch: Process,
  { rows, steps, threads }: { readonly rows: number; readonly steps: number; readonly threads: number },
  report: (done: number) => void,
): Promise<string[]> {
  const folder = join(cache, 'references')
  await mkdir(folder, { recursive: true })
  const key = await contentOf(network)
  const paths: string[] = []
  for (let row = 0; row < rows; row++) {
    report(row)
    const path = join(folder, `${network.name}-${key}-${steps}-${row}.bin`)
    if (!existsSync(path)) {
      await torch.ask('reference', { row, steps, path: `${path}.part`, threads })
      await rename(`${path}.part`, path)
    }
    paths.push(path)
  }
  return paths
}

/** Of weights and inputs: other ones have other maps. */
async function contentOf({ folder, inputs }: PreparedNetwork): Promise<string> {
  const hash = createHash('sha256')
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.bin')).sort()) {
    hash.update(await readFile(join(folder, file)))
  }
  return hash
    .update(await readFile(inputs.path))
    .digest('hex')
    .slice(0, 12)
}
