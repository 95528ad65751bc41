import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LayeredModel } from '@explainnet/core'
import { loadModelPool } from '@explainnet/node'
import { pollenSimModelPath } from '@explainnet/studies'
import { drawFigures } from './draw-figures.ts'
import type { Gallery } from './gallery.ts'
import { chosenGrains, type Grain, type Grains } from './grains.ts'
import { globalMaps, integrationSteps, plantedTraits, smoothingGrid, startGrain } from './other-pictures.ts'
import { picturesIn } from './pictures.ts'
import { techniqueRows } from './rows.ts'
import { type Shown, type Smoothing, shownTechniques } from './shown.ts'

/** Ignored by git: pictures of photographs must not be handed on. */
const generated = join(import.meta.dirname, '../../../.generated')

/** Raised when the way in which pictures are made changes. */
const edition = 3

/**
 * Makes the site's pictures of explanations in `.generated`: of photographs if `EXPLAINNET_DATA` names the data's folder, else of
 * rendered pollen. What was made before from the same network, pictures and settings is kept. On all cores; about a minute.
 */
export async function makeGallery(): Promise<void> {
  await drawFigures(join(generated, 'figures'))
  const grains = chosenGrains()
  const results = join(import.meta.dirname, '../../../../../packages/studies/results/pollen.json')
  const { chosen } = JSON.parse(await readFile(results, 'utf8')).smoothing as { chosen: Smoothing }
  const shown = shownTechniques(chosen)
  const model = await loadModelPool(grains.modelPath)
  try {
    const firsts = await grains.firsts(model)
    const key = await keyOf(model, firsts, shown)
    const folder = join(generated, 'gallery', key)
    if (!existsSync(join(folder, 'gallery.json'))) await make(grains, model, firsts, shown, key, folder)
    await writeFile(join(generated, 'gallery.json'), await readFile(join(folder, 'gallery.json')))
  } finally {
    await model.close()
  }
}

async function make(
  grains: Grains,
  model: LayeredModel,
  firsts: readonly Grain[],
  shown: readonly Shown[],
  key: string,
  folder: string,
): Promise<void> {
  const started = performance.now()
  const making = `${folder}.making`
  await rm(making, { recursive: true, force: true })
  await mkdir(making, { recursive: true })
  const pictures = picturesIn(making)
  const { rows, techniques } = await techniqueRows(model, firsts, shown, pictures)
  const first = firsts[0]!
  const gallery: Gallery = {
    key,
    kind: grains.kind,
    model: { name: model.card!.name!, sha256: (await model.fingerprint!()) ?? '' },
    side: first.picture.width,
    techniques,
    rows,
    smoothing: await smoothingGrid(model, first, pictures),
    path: await integrationSteps(model, first, pictures),
    global: await globalMaps(model, grains.batches(model), pictures),
    traits: await plantedTraits(pictures),
    start: await startPicture(grains, model),
  }
  await writeFile(join(making, 'gallery.json'), JSON.stringify(gallery))
  await rm(folder, { recursive: true, force: true })
  await rename(making, folder)
  console.log(
    `Gallery of ${rows.length} ${grains.kind} made in ${((performance.now() - started) / 1000).toFixed(0)} s.`,
  )

  async function startPicture({ modelPath }: Grains, model: LayeredModel) {
    if (modelPath === pollenSimModelPath) return startGrain(model, pictures)
    const simulated = await loadModelPool(pollenSimModelPath, { workers: 1 })
    return startGrain(simulated, pictures).finally(() => simulated.close())
  }
}

async function keyOf(model: LayeredModel, firsts: readonly Grain[], shown: readonly Shown[]): Promise<string> {
  const hash = createHash('sha256')
  const specs = shown.map((one) => one.method(model, firsts[0]!.input).spec)
  hash.update(JSON.stringify([edition, await model.fingerprint?.(), specs]))
  for (const { label, input } of firsts) {
    hash.update(label)
    hash.update(new Uint8Array(input.data.buffer, input.data.byteOffset, input.data.byteLength))
  }
  return hash.digest('hex').slice(0, 16)
}
