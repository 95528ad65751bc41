import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const folder = (name: string) => fileURLToPath(new URL(`../models/${name}`, import.meta.url))

/** The committed 23-class network for photographs of pollen, a tfjs model folder. */
export const pollenModelPath = folder('pollen')

/** The committed network for rendered pollen. */
export const pollenSimModelPath = folder('pollen-sim')

/** A held-out file: path relative to the data set's folder, label, SHA-256 of its bytes. */
export interface HeldOutFile {
  readonly path: string
  readonly label: string
  readonly sha256: string
}

/** The photographs that the pollen network was neither trained on nor chosen by, listed before it was trained. */
export async function pollenTestFiles(): Promise<readonly HeldOutFile[]> {
  return JSON.parse(await readFile(folder('pollen/test-files.json'), 'utf8'))
}
