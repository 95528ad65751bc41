import type { SavableModel } from '@explainnet/core'
import { ExplainError, type ModelCard } from '@explainnet/core/plain'
import { createStore, del, entries, get, set, type UseStore } from 'idb-keyval'
import { keptName } from './source.ts'

/** A model that is kept in the browser. */
export interface KeptModel {
  /** For `loadModel`: `indexeddb://my-model`. */
  readonly source: string
  readonly bytes: number
  readonly saved: Date
}

interface Entry {
  readonly saved: Date
  readonly files: readonly File[]
}

/**
 * Keeps a model in the browser, for this site alone, until it is removed or the browser clears the site's data: a tf.LayersModel or
 * tf.GraphModel with its card, or the files that were dropped, as they are. A model of that name is replaced. `place` is
 * `indexeddb://my-model`, from where `loadModel` takes it, in a worker, too. Throws `bad-option`, `unsupported-model`, `bad-card`, and
 * `unwritable` where the browser has no room or keeps nothing.
 */
export async function saveModel(place: string, model: SavableModel | readonly File[], card?: ModelCard): Promise<void> {
  const name = keptName(place)
  const files = Array.isArray(model) ? (model as readonly File[]) : await filesOf(model as SavableModel, card)
  try {
    await set(name, { saved: new Date(), files } satisfies Entry, store())
  } catch (cause) {
    const full = (cause as Error).name === 'QuotaExceededError'
    throw new ExplainError(
      'unwritable',
      full ? `There is no room for ${place}.` : `${place} cannot be written: the browser keeps nothing for this page.`,
      full
        ? 'Remove another model: listModels, removeModel.'
        : 'Leave private browsing, or allow the site to keep data.',
      { cause },
    )
  }
}

/** The models that are kept. None where the browser keeps nothing. */
export async function listModels(): Promise<KeptModel[]> {
  const all = await entries<string, Entry>(store()).catch(() => [])
  return all.map(([name, { saved, files }]) => ({
    source: `indexeddb://${name}`,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    saved,
  }))
}

/** Removes a model that is kept, if there is one. */
export async function removeModel(place: string): Promise<void> {
  await del(keptName(place), store())
}

/** The files of a kept model; undefined if there is none of that name. */
export const keptFiles = async (name: string): Promise<readonly File[] | undefined> =>
  (await get<Entry>(name, store()).catch(() => undefined))?.files

let opened: UseStore | undefined
const store = () => (opened ??= createStore('explainnet', 'models'))

/** TensorFlow.js is there where there is a network of it. */
async function filesOf(model: SavableModel, card: ModelCard | undefined): Promise<File[]> {
  const { artifactsOf, parseCard } = await import('@explainnet/core')
  const { filesOfArtifacts } = await import('./artifact-files.ts')
  const checked = card && parseCard(card)
  return [
    ...filesOfArtifacts(await artifactsOf(model)),
    ...(checked ? [new File([JSON.stringify(checked)], 'card.json')] : []),
  ]
}
