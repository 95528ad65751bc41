import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LayeredModel } from '@explainnet/core'
import { loadModel } from '@explainnet/node'
import { siseLayers } from '@explainnet/sise'
import { mnist1dModelPath } from '../models.ts'
import { loadSeedModel } from '../seeds.ts'
import { readHistory } from '../study/history.ts'
import type { EpochRecord } from '../train/state.ts'

/** A network that the study looks at. */
export interface NamedNetwork {
  /** Names its files. */
  readonly name: string
  readonly title: string
  readonly model: LayeredModel
  /** What SISE takes its masks from. */
  readonly siseLayers: readonly string[]
  /** Where it was trained here. */
  readonly history?: readonly EpochRecord[] | undefined
}

/**
 * The published network, and the one trained here. The published one has no layer that makes its maps smaller, so there is nothing
 * for SISE to find but the last; as the study does, its three convolutions are given.
 *
 * @throws ExplainError `bad-file` without the published network's file.
 */
export async function studiedNetworks(): Promise<NamedNetwork[]> {
  const trained = await loadModel(mnist1dModelPath)
  return [
    {
      name: 'published',
      title: 'Published network',
      model: await loadSeedModel('mnist1d'),
      siseLayers: ['conv1d', 'conv1d_1', 'conv1d_2'],
    },
    {
      name: 'trained',
      title: 'Network trained here',
      model: trained,
      siseLayers: siseLayers(trained).map((layer) => layer.name),
      history: readHistory(await readFile(join(mnist1dModelPath, 'history.csv'), 'utf8')),
    },
  ]
}
