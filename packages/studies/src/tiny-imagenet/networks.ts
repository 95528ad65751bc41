import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LayeredModel } from '@explainnet/core'
import { loadModel } from '@explainnet/node'
import { tinyImageNetModelPath } from '../models.ts'
import { readHistory } from '../study/history.ts'
import type { EpochRecord } from '../train/state.ts'

/** A network of the study, and how it calls the classes. */
export interface StudiedClassifier {
  readonly model: LayeredModel
  /** Of its files. */
  readonly key: 'ours' | 'published'
  /** In titles and tables. */
  readonly title: string
  /** Its labels are English names, not WordNet ids. */
  readonly names: boolean
}

/** The committed network of 64×64 with its training curves. */
export async function ownNetwork(): Promise<{
  readonly network: StudiedClassifier
  readonly history: readonly EpochRecord[]
}> {
  const history = readHistory(await readFile(join(tinyImageNetModelPath, 'history.csv'), 'utf8'))
  const model = await loadModel(tinyImageNetModelPath)
  return { network: { model, key: 'ours', title: 'our network', names: true }, history }
}

/** The study's own network of 224×224, as `loadSeedModel('tiny-imagenet')` gives it. */
export const publishedNetwork = (model: LayeredModel): StudiedClassifier => ({
  model,
  key: 'published',
  title: 'the published network',
  names: false,
})
