import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ExplainError, type LayeredModel, type ModelCard, parseCard } from '@explainnet/core'
import { type LoadModelPoolOptions, loadModel, loadModelPool, type ModelPool } from '@explainnet/node'

/** The networks of the published studies, by the folders of their cards. */
export const seedModelNames = ['mnist1d', 'hmt', 'tiny-imagenet'] as const
export type SeedModelName = (typeof seedModelNames)[number]

const files: Readonly<Record<SeedModelName, string>> = {
  mnist1d: 'MNIST1D.h5',
  hmt: 'HMT.h5',
  'tiny-imagenet': 'tiny_imagenet_model.checkpoint.weights.h5',
}

/** What `loadModel` and `loadModelPool` take. */
export interface SeedModel {
  /** The authors' own Keras file. */
  readonly path: string
  readonly options: {
    readonly card: ModelCard
    /** Path of a Keras configuration, for the network that was published as weights alone. */
    readonly architecture?: string
  }
}

/** A published network: its file in `EXPLAINNET_DATA`, and its card. Throws `bad-file` if it is not there. */
export async function seedModel(name: SeedModelName): Promise<SeedModel> {
  const path = join(process.env['EXPLAINNET_DATA'] ?? '', 'seeds', files[name])
  if (!existsSync(path)) {
    throw new ExplainError(
      'bad-file',
      `The network ${name} is not at ${path}.`,
      'Set EXPLAINNET_DATA to the folder that holds seeds.',
    )
  }
  const folder = fileURLToPath(new URL(`../models/${name}`, import.meta.url))
  const card = parseCard(JSON.parse(await readFile(join(folder, 'card.json'), 'utf8')))
  const architecture = join(folder, 'architecture.json')
  return { path, options: existsSync(architecture) ? { card, architecture } : { card } }
}

/** Loads a published network in this thread. Throws as `seedModel` and `loadModel`. */
export async function loadSeedModel(name: SeedModelName): Promise<LayeredModel> {
  const { path, options } = await seedModel(name)
  return loadModel(path, options)
}

/** Loads a published network into workers. Throws as `seedModel` and `loadModelPool`. */
export async function loadSeedModelPool(name: SeedModelName, pool: LoadModelPoolOptions = {}): Promise<ModelPool> {
  const { path, options } = await seedModel(name)
  return loadModelPool(path, { ...pool, ...options })
}
