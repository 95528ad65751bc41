import type { LayeredModel } from '@explainnet/core'
import type { LabelledFile } from '@explainnet/datasets/folder'
import { confidenceChanges, type TableMethod } from '../confidence-change/changes.ts'
import { published } from '../confidence-change/published.ts'
import { type ChangeSummary, summarise } from '../confidence-change/summary.ts'
import { changesNotes, changesTable } from '../confidence-change/table.ts'
import type { StageOptions } from '../study/stage.ts'
import { gradientRows } from './gradient-rows.ts'
import { perturbationRows } from './perturbation-rows.ts'
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
  const rows: ChangeSummary[] = []
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
    methods: Object.fromEntries(
      [...gradientRows(), ...perturbationRows()].map(({ name, method }) => [name, method.spec]),
    ),
    ...(part.results['dropIncrease'] as object | undefined),
    [name]: { tiles: files.length, rows },
  }
  if (name === 'whole') part.notes.push(...changesNotes(frac), controlsNote(rows), differencesNote(rows))
}

/** What the two rows that know nothing of the network tell about the measure. */
function controlsNote(rows: readonly ChangeSummary[]): string {
  const [positions, patches] = ['random-map', 'random-patches'].map((name) => rows.find((row) => row.name === name)!)
  const others = rows.filter((row) => row !== positions && row !== patches)
  const better = (control: ChangeSummary) =>
    others.filter(({ masked }) => masked.drop.high < control.masked.drop.low).map(({ title }) => title)
  const list = (names: readonly string[]) => (names.length > 0 ? names.join(', ') : 'no method')
  return `Two rows know nothing of the network. Single positions at random lose ${positions!.masked.drop.mean.toFixed(3)}, random patches ${patches!.masked.drop.mean.toFixed(3)}; with its whole interval below the first lies ${list(better(positions!))}, below the second ${list(better(patches!))}. What is hidden becomes black, and black is a class to this network (see the baselines): holes that hang together turn the prediction, as many scattered ones do not. The measure tells how scattered a map is before it tells whether it is right.`
}

/** Why our figures are not the published ones. */
function differencesNote(rows: readonly ChangeSummary[]): string {
  const ours = rows.find(({ name }) => name === 'grad-cam-plus-plus')!
  const theirs = published.hmt.find(({ name }) => name === 'grad-cam-plus-plus')!
  return `The published figures are single numbers without intervals. Grad-CAM++, which has no options and draws nothing, is the test of the definition: ${ours.masked.drop.mean.toFixed(3)} and ${ours.masked.increase.mean.toFixed(3)} here, ${theirs.drop} and ${theirs.increase} there. The other methods draw masks or cut segments, whose numbers, sizes and seeds the study does not print; here they are in results.json, and they rest on a sample, hence the wider intervals.`
}
