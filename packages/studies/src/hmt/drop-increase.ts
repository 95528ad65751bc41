import type { LayeredModel } from '@explainnet/core'
import type { LabelledFile } from '@explainnet/datasets/folder'
import { confidenceChanges, type TableMethod } from '../confidence-change/changes.ts'
import { published } from '../confidence-change/published.ts'
import { summarise } from '../confidence-change/summary.ts'
import { changesNotes, changesTable } from '../confidence-change/table.ts'
import type { StageOptions } from '../study/stage.ts'
import { type Part, sampleSeed } from './study-parts.ts'
import { tileInputs } from './tiles.ts'

/** The share of the map that the study keeps. */
const frac = 0.9

interface Measured {
  readonly model: LayeredModel
  readonly folder: string
  readonly files: readonly LabelledFile[]
  readonly methods: readonly TableMethod[]
  /** Of this part in the results. */
  readonly name: 'sample' | 'whole'
}

/** Drop and increase of some methods on some tiles, beside the published figures. Rows are kept by tile. */
export async function measureChanges(
  { model, folder, files, methods, name }: Measured,
  options: StageOptions,
  part: Part,
): Promise<void> {
  // A method after the other over all tiles, so that a stopped run leaves whole rows of the table.
  const rows = []
  for (const [place, method] of methods.entries()) {
    const [found] = await confidenceChanges({
      model,
      examples: tileInputs(model, folder, files),
      count: files.length,
      methods: [method],
      frac,
      seed: sampleSeed,
      folder: options.folder,
      signal: options.signal,
      onProgress: (share, text) => options.onProgress?.((place + share) / methods.length, text),
    })
    rows.push(summarise(method, found!.changes))
  }
  const which = name === 'whole' ? 'the whole test set' : `a stratified sample`
  part.tables.push(
    changesTable(`Drop and increase on ${which}, ${files.length} tiles, ${frac} kept`, rows, published.hmt),
  )
  part.results['dropIncrease'] = {
    frac,
    seed: sampleSeed,
    published: published.hmt,
    ...(part.results['dropIncrease'] as object | undefined),
    [name]: { tiles: files.length, rows },
  }
  if (name === 'whole') part.notes.push(...changesNotes(frac))
}
