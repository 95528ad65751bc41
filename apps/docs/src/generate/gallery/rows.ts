import { explain, type LayeredModel } from '@explainnet/core'
import type { GalleryRow, ShownTechnique } from './gallery.ts'
import type { Grain } from './grains.ts'
import type { Pictures } from './pictures.ts'
import type { Shown } from './shown.ts'

/** Every grain by every technique; two grains at a time, so that methods of few passes keep all workers busy. */
export async function techniqueRows(
  model: LayeredModel,
  grains: readonly Grain[],
  shown: readonly Shown[],
  pictures: Pictures,
): Promise<{ readonly rows: readonly GalleryRow[]; readonly techniques: readonly ShownTechnique[] }> {
  const made: { readonly row: GalleryRow; readonly passes: Readonly<Record<string, number>> }[] = []
  const waiting = [...grains.entries()]
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [place, grain] = next
      made[place] = await oneRow(model, grain, shown, pictures)
    }
  }
  await Promise.all(Array.from({ length: model.concurrency ?? 1 }, work))
  const median = (name: string) => {
    const sorted = made.map(({ passes }) => passes[name]!).sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)]!
  }
  return {
    rows: made.map(({ row }) => row),
    techniques: shown.map(({ name, title, text, settings, signed, ...one }) => ({
      name,
      title,
      text,
      settings,
      signed,
      package: one.package,
      passes: median(name),
    })),
  }
}

async function oneRow(
  model: LayeredModel,
  { label, input, picture }: Grain,
  shown: readonly Shown[],
  pictures: Pictures,
) {
  const maps: Record<string, string> = {}
  const passes: Record<string, number> = {}
  let predicted = { name: '', probability: 0 }
  for (const { name, method, picture: drawn } of shown) {
    const { maps: found, certificate } = await explain(model, input, method(model, input), { seed: 0 })
    maps[name] = await pictures.map(`${label}/${name}`, drawn(Object.values(found)[0]!))
    passes[name] = certificate.cost.forward + certificate.cost.backward
    const { name: className, probability = 0 } = certificate.targets[0]!
    predicted = { name: className, probability }
  }
  const row: GalleryRow = {
    label,
    predicted: predicted.name,
    probability: Number(predicted.probability.toFixed(4)),
    picture: await pictures.image(`${label}/picture`, picture),
    maps,
  }
  return { row, passes }
}
