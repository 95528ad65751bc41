import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const folder = (name: string) => fileURLToPath(new URL(`../models/${name}`, import.meta.url))

/** The committed 23-class network for photographs of pollen, a tfjs model folder. */
export const pollenModelPath = folder('pollen')

/** The committed network for rendered pollen. */
export const pollenSimModelPath = folder('pollen-sim')

/** The committed networks of the shortcut study: one that tells a class by its scale bar, one for which bars mean nothing. */
export const shortcutModelPaths = {
  shortcut: folder('pollen-shortcut/shortcut'),
  control: folder('pollen-shortcut/control'),
}

/** The committed network for MNIST-1D. */
export const mnist1dModelPath = folder('mnist1d-cnn')

/** The committed network for five classes of Tiny ImageNet, 64×64. */
export const tinyImageNetModelPath = folder('tiny-imagenet-64')

/** A held-out file: path relative to the data set's folder, label, SHA-256 of its bytes. */
export interface HeldOutFile {
  readonly path: string
  readonly label: string
  readonly sha256: string
}

/** The pollen network's split: what it was not trained on, listed by hash before it was trained. */
export interface HeldOut {
  readonly seed: number
  readonly labels: readonly string[]
  /** The checkpoint was chosen on these. */
  readonly validation: readonly HeldOutFile[]
  /** Nothing was chosen on these. */
  readonly test: readonly HeldOutFile[]
}

export async function readHeldOut(): Promise<HeldOut> {
  return JSON.parse(await readFile(folder('pollen/split.json'), 'utf8'))
}
