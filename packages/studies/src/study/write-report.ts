import { describePreprocessing, type LayeredModel, type Preprocessing, preprocessingFor, toRaw } from '@explainnet/core'
import { bootstrapMean } from '@explainnet/metrics'
import {
  type Figure,
  layerSweepFigure,
  normalise,
  outlineOf,
  type ReportItem,
  type ReportMap,
  type ReportTable,
  techniqueGridFigure,
} from '@explainnet/viz'
import { type ExplainedImage, type FailedImage, fileName, type MethodResult } from './explain-images.ts'
import { type PageFigure, writePage } from './page.ts'
import { type ShareRow, sharesFigureOf, shareTable } from './share-rows.ts'
import { coarseCeiling, controlNames, controlShares, traitShare } from './trait-share.ts'

interface ReportOptions {
  readonly out: string
  readonly model: LayeredModel
  readonly title?: string | undefined
  readonly lead?: string | undefined
  readonly failed?: readonly FailedImage[] | undefined
}

/** Writes `index.html` and the figures as PNG and SVG; returns the page's path and its shares. Throws `unwritable`. */
export async function writeReport(
  explained: readonly ExplainedImage[],
  options: ReportOptions,
): Promise<{ readonly path: string; readonly shares: readonly ShareRow[] }> {
  const { model, out, failed = [] } = options
  const { preprocessing, warning: guess } = preprocessingFor(model)
  const grid = gridFigure(explained, preprocessing)
  const shares = traitShares(explained)
  const figures: PageFigure[] = [
    { file: 'techniques', caption: 'Every image by every technique, each map scaled by itself.', figure: grid },
    ...(shares.length > 0
      ? [{ file: 'trait-share', caption: shareCaption(explained), figure: sharesFigureOf(shares) }]
      : []),
    ...sweepFigures(explained, preprocessing),
  ]
  const certificate = explained[0]!.results[0]!.attribution.certificate
  const path = await writePage(out, {
    title: options.title ?? `What ${model.card?.name ?? 'the model'} looks at`,
    lead: options.lead ?? model.card?.description,
    facts: [
      ['Model', `${model.card?.name ?? model.kind} (SHA-256 ${certificate.model.sha256?.slice(0, 12) ?? 'unknown'}…)`],
      ['Input', `${describePreprocessing(preprocessing)}${guess ? ' (guessed)' : ''}`],
      ['Backend', certificate.backend.name],
      ['Seed', String(certificate.seed)],
      [
        'Versions',
        Object.entries(certificate.versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(', '),
      ],
    ],
    items: explained.flatMap((item) => itemsOf(item, preprocessing)),
    figures,
    tables: [costTable(explained), ...(shares.length > 0 ? [shareTable(shares)] : [])],
    notes: [
      ...(guess ? [guess.message] : []),
      ...failed.map(({ source, error }) => `${source.name} was left out: ${error.message}`),
    ],
  })
  return { path, shares }
}

/** A picture to explain has one item for each target. */
function itemsOf(item: ExplainedImage, preprocessing: Preprocessing): ReportItem[] {
  const { source, results, input } = item
  const targets = results[0]!.attribution.certificate.targets
  const controls = source.trait ? Object.entries(controlShares(item.image, source.trait)) : []
  return targets.map((target, example) => ({
    title: targets.length > 1 ? `${source.name}: ${target.name}` : source.name,
    image: toRaw(input, preprocessing),
    target: target.name,
    probability: target.probability,
    note: source.truth === undefined ? undefined : `The picture shows ${source.truth}.`,
    outline: source.trait?.mask,
    maps: results.map((result): ReportMap => {
      const map = Object.values(result.attribution.maps)[0]!
      const ceiling = source.trait && ceilingOf(result, source.trait)
      return {
        method: result.method.title,
        map,
        example,
        certificate: result.attribution.certificate,
        reduction: 'sum',
        ...(source.trait && map.domain !== 'layer'
          ? {
              trait: {
                share: traitShare(map, example, source.trait).positive,
                controls: [
                  ...controls.map(([name, share]) => ({
                    name: controlNames[name as keyof typeof controlNames],
                    share,
                  })),
                  ...(ceiling === undefined ? [] : [{ name: 'the trait on the layer’s grid', share: ceiling }]),
                ],
              },
            }
          : {}),
      }
    }),
  }))
}

function ceilingOf({ attribution }: MethodResult, trait: Parameters<typeof coarseCeiling>[0]): number | undefined {
  const shape = attribution.certificate.layer?.shape
  const [rows, columns] = [shape?.[1], shape?.[2]]
  return rows && columns ? coarseCeiling(trait, [rows, columns]) : undefined
}

function gridFigure(explained: readonly ExplainedImage[], preprocessing: Preprocessing): Figure {
  const first = explained[0]!
  return techniqueGridFigure({
    title: 'What each technique sees',
    subtitle: 'Red speaks for the class, blue against it; unsigned maps run from dark to bright.',
    techniques: first.results.map((result) => result.method.title),
    rows: explained.map(({ source, input, results }) => {
      const target = results[0]!.attribution.certificate.targets[0]!
      const { trait } = source
      return {
        name: target.name,
        probability: target.probability,
        image: toRaw(input, preprocessing),
        maps: results.map((result) => normalise(Object.values(result.attribution.maps)[0]!, 0)),
        outline: trait?.mask.some(Boolean)
          ? outlineOf({ width: trait.width, height: trait.height, data: trait.mask })
          : undefined,
      }
    }),
  })
}

/** Mean shares with bootstrap intervals over the images whose trait shows; empty if none is known. */
function traitShares(explained: readonly ExplainedImage[]): ShareRow[] {
  const shown = explained.filter(({ source }) => source.trait?.mask.some(Boolean))
  if (shown.length === 0) return []
  const rows: ShareRow[] = []
  for (const [place, { method, attribution }] of shown[0]!.results.entries()) {
    if (Object.values(attribution.maps)[0]!.domain === 'layer') continue
    const shares = shown.map(({ source, results }) =>
      traitShare(Object.values(results[place]!.attribution.maps)[0]!, 0, source.trait!),
    )
    rows.push({
      name: method.title,
      control: false,
      positive: bootstrapMean(shares.map((share) => share.positive)),
      absolute: bootstrapMean(shares.map((share) => share.absolute)),
    })
  }
  const controls = shown.map(({ source, image }) => controlShares(image, source.trait!))
  for (const [key, name] of Object.entries(controlNames)) {
    const values = controls.map((one) => one[key as keyof typeof controlNames])
    rows.push({ name, control: true, positive: bootstrapMean(values) })
  }
  const coarse = shown[0]!.results.findIndex(({ attribution }) => attribution.certificate.layer)
  if (coarse >= 0) {
    const values = shown.map(({ source, results }) => ceilingOf(results[coarse]!, source.trait!) ?? 1)
    rows.push({ name: 'The trait on the CAM grid', control: true, positive: bootstrapMean(values) })
  }
  return rows
}

const shareCaption = (explained: readonly ExplainedImage[]) =>
  `Σ max(A, 0) inside the planted trait ÷ total, mean of ${explained.filter((item) => item.source.trait?.mask.some(Boolean)).length} images with 95 % bootstrap intervals; grey: maps that know nothing of the network.`

const costTable = (explained: readonly ExplainedImage[]): ReportTable => ({
  caption: 'Cost, mean an image',
  columns: ['technique', 'forward passes', 'backward passes', 'seconds'],
  rows: explained[0]!.results.map(({ method }, place) => {
    const costs = explained.map((item) => item.results[place]!.attribution.certificate.cost)
    const mean = (pick: (cost: (typeof costs)[number]) => number) =>
      costs.reduce((sum, cost) => sum + pick(cost), 0) / costs.length
    return [
      method.title,
      Math.round(mean((cost) => cost.forward)),
      Math.round(mean((cost) => cost.backward)),
      Number((mean((cost) => cost.milliseconds) / 1000).toFixed(2)),
    ]
  }),
})

/** For `--layer all`: one strip an image and CAM method, in the order in which the layers run. */
function sweepFigures(explained: readonly ExplainedImage[], preprocessing: Preprocessing): PageFigure[] {
  return explained.flatMap(({ source, input, results }) => {
    const groups = new Map<string, MethodResult[]>()
    for (const result of results) {
      const { layer, method } = result.attribution.certificate
      if (layer) groups.set(method.name, [...(groups.get(method.name) ?? []), result])
    }
    return [...groups]
      .filter(([, group]) => group.length > 1)
      .map(([method, group]) => ({
        file: `layers-${fileName(source.name)}-${method}`,
        caption: 'One map a layer; the last rows are what CAM methods take.',
        figure: layerSweepFigure({
          title: `${source.name}: ${method} by layer`,
          image: toRaw(input, preprocessing),
          layers: group.map(({ attribution }) => ({
            name: attribution.certificate.layer!.name,
            map: normalise(Object.values(attribution.maps)[0]!, 0),
          })),
        }),
      }))
  })
}
