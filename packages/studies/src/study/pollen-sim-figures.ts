import { explain, type LayeredModel, prepareImage } from '@explainnet/core'
import { pollenSim, pollenSimClasses, pollenSimPair } from '@explainnet/datasets'
import { normalise, outlineOf, type ReportTable, sharesFigure, techniqueGridFigure } from '@explainnet/viz'
import type { PollenSimCheck } from '../train/pollen-sim/check.ts'
import { type NamedMethod, preprocessingOf } from './explain-images.ts'
import { type PageFigure, percent } from './page.ts'
import { type ShareRow, sharesFigureOf } from './share-rows.ts'
import type { SimPair } from './sim-pairs.ts'
import type { SimShares } from './sim-shares.ts'
import type { ClassShares, Margin, Movement } from './sim-summary.ts'

/** The first picture of each class by every method, the trait outlined. */
export async function traitGridFigure(
  model: LayeredModel,
  methods: readonly NamedMethod[],
  pictures: readonly SimShares[],
  signal: AbortSignal | undefined,
): Promise<PageFigure> {
  const firsts = pollenSimClasses.flatMap((_, label) => pictures.find((picture) => picture.label === label) ?? [])
  const rows = []
  for (const { index } of firsts) {
    const image = pollenSim({ seed: 0, index, mask: true })
    const { input } = prepareImage(image, preprocessingOf(model))
    const maps = []
    let probability: number | undefined
    for (const { method } of methods) {
      const attribution = await explain(model, input, method, { target: image.label, signal })
      maps.push(normalise(Object.values(attribution.maps)[0]!))
      probability = attribution.certificate.targets[0]!.probability
    }
    const outline = outlineOf({ width: image.width, height: image.height, data: image.mask! })
    rows.push({ name: image.className, probability, image, maps, outline })
  }
  return {
    file: 'traits',
    caption: 'One held-out picture a class. The outline is where the picture and its twin without the trait differ.',
    figure: techniqueGridFigure({
      title: 'Planted traits and what each technique sees',
      subtitle: 'Red speaks for the class, blue against it; unsigned maps run from dark to bright.',
      techniques: methods.map(({ title }) => title),
      rows,
    }),
  }
}

export const traitShareFigure = (rows: readonly ShareRow[], images: number): PageFigure => ({
  file: 'trait-share',
  caption: `Σ max(A, 0) inside the planted trait ÷ total, channels summed first: mean of ${images} held-out pictures with 95\u00a0% bootstrap intervals. Grey: maps that know nothing of the network, and the trait itself averaged to the grid of the CAM methods' layer. Integrated gradients starts from black, or (mean) from each picture's mean colour.`,
  figure: sharesFigureOf(rows),
})

const shownPairs = 4

/** Some pictures of two grains, explained for either. */
export async function pairsFigure(
  model: LayeredModel,
  methods: readonly NamedMethod[],
  pairs: readonly SimPair[],
  signal: AbortSignal | undefined,
): Promise<PageFigure> {
  const rows = []
  for (const { index } of pairs.slice(0, shownPairs)) {
    const image = pollenSimPair({ seed: 0, index, mask: true })
    const { input } = prepareImage(image, preprocessingOf(model))
    for (const { label, className, mask } of image.grains) {
      const maps = []
      let probability: number | undefined
      for (const { method } of methods) {
        const attribution = await explain(model, input, method, { target: label, signal })
        maps.push(normalise(Object.values(attribution.maps)[0]!))
        probability = attribution.certificate.targets[0]!.probability
      }
      const outline = outlineOf({ width: image.width, height: image.height, data: mask! })
      rows.push({ name: className, probability, image, maps, outline })
    }
  }
  return {
    file: 'two-grains',
    caption:
      'Each picture twice: the same pixels, explained for the class of one grain and of the other, whose trait is outlined.',
    figure: techniqueGridFigure({
      title: 'Two grains, two questions',
      techniques: methods.map(({ title }) => title),
      rows,
    }),
  }
}

export const movementFigure = (moves: readonly Movement[], pairs: number): PageFigure => ({
  file: 'two-grains-moved',
  caption: `Pictures in which the map moved with the target: each grain's trait got a larger share when its own grain was asked for than when the other was. ${pairs} pictures, 95\u00a0% Wilson intervals; a map that does not depend on the target would never move, noise would in a quarter.`,
  figure: sharesFigure({
    title: 'The map moves with the target',
    axis: 'share of pictures of two grains',
    domain: [0, 1],
    rows: moves.map(({ name, moved }) => ({
      name,
      value: moved.share,
      interval: [moved.interval.low, moved.interval.high],
    })),
  }),
})

export const marginTable = (margins: readonly Margin[]): ReportTable => ({
  caption: 'Share on the trait minus the control on the same picture, mean with 95\u00a0% interval (percentage points)',
  columns: ['map', 'uniform over the image', 'uniform over the grain', 'centre', 'edges'],
  rows: margins.map(({ name, over }) => [
    name,
    ...[over.image, over.grain, over.centre, over.edges].map(
      ({ mean, low, high }) => `${points(mean)} (${points(low)} to ${points(high)})`,
    ),
  ]),
})

const points = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(1)}`

export const classTable = (classes: readonly ClassShares[]): ReportTable => ({
  caption: 'Mean share on the trait, by class (%)',
  columns: ['class', ...Object.keys(classes[0]?.methods ?? {}), 'uniform over the grain'],
  rows: classes.map(({ className, methods, grain }) => [
    className,
    ...[...Object.values(methods), grain].map((share) => Number((100 * share).toFixed(1))),
  ]),
})

export const pairTable = (moves: readonly Movement[]): ReportTable => ({
  caption: 'Two grains: share on a grain’s trait when it was asked for, and when the other was',
  columns: ['map', 'asked for', 'the other asked for', 'pictures in which the map moved'],
  rows: moves.map(({ name, own, other, moved }) => [
    name,
    percent(own.mean),
    percent(other.mean),
    `${percent(moved.share, 0)} (${percent(moved.interval.low, 0)} – ${percent(moved.interval.high, 0)})`,
  ]),
})

export function networkTable({
  test,
  flips,
  erasedElsewhere,
  costOfErasing,
  traitErased,
}: PollenSimCheck): ReportTable {
  const row = (name: string, { share, interval, count }: typeof test) => [
    name,
    percent(share),
    `${percent(interval.low)} – ${percent(interval.high)}`,
    count,
  ]
  return {
    caption: `Does the network itself look at the trait? Erasing equal area elsewhere costs ${costOfErasing.toFixed(1)} points.`,
    columns: ['measured on held-out pictures', 'share', '95\u00a0% Wilson interval', 'pictures'],
    rows: [
      row('told right', test),
      row('trait exchanged: the class follows', flips),
      ...Object.entries(erasedElsewhere).map(([paint, share]) =>
        row(`told right, equal area elsewhere painted over (${paint})`, share),
      ),
      row('told right, the trait itself painted over', traitErased),
    ],
  }
}
