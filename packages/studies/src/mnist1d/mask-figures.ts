import { explain, openTask, rowOf } from '@explainnet/core'
import { riseMasks } from '@explainnet/rise'
import { sise } from '@explainnet/sise'
import { normalise, normaliseGrid, type SignalCell, signalGridFigure } from '@explainnet/viz'
import type { PageFigure } from '../study/page.ts'
import { signalBatch } from './evaluate.ts'
import type { NamedNetwork } from './networks.ts'

const columns = 6
const rows = 2

/** The first random masks of RISE over a signal, and what the network makes of each. */
export async function riseMasksFigure(
  { name, title, model }: NamedNetwork,
  values: Float32Array,
  signal?: AbortSignal,
): Promise<PageFigure> {
  const count = columns * rows
  const length = values.length
  const masks = riseMasks([length], count).data
  const input = model.inputs[0]!.name
  const { task } = await openTask(model, signalBatch([values]), { signal })
  const masked = (row: number) => values.map((value, t) => value * masks[row * length + t]!)
  const cells: SignalCell[] = []
  const passes = {
    count,
    example: () => 0,
    fill: (row: number, into: Readonly<Record<string, Float32Array>>) => into[input]!.set(masked(row)),
  }
  for await (const { row, score } of task.scores(passes)) {
    const mask = masks.subarray(row * length, (row + 1) * length)
    cells.push({
      signal: masked(row),
      behind: values,
      map: normaliseGrid({ width: length, height: 1, data: mask.slice() }, { limit: 2 }),
      note: `p = ${score.toFixed(3)}`,
    })
  }
  const { name: digit, probability = 0 } = task.targets[0]!
  return {
    file: `rise-masks-${name}`,
    caption: `${title}. RISE multiplies the signal (dashed) by random masks (red: kept), a row of 7 cells stretched and shifted anew for each, and asks for the probability of ${digit}, which is ${probability.toFixed(3)} for the whole signal.`,
    figure: signalGridFigure({
      title: 'RISE: the first twelve random masks',
      columns: Array.from({ length: columns }, () => ''),
      rows: Array.from({ length: rows }, (_, r) => ({ name: '', cells: cells.slice(r * columns, (r + 1) * columns) })),
      width: 130,
    }),
  }
}

/** The layers that SISE looks at, each with its map and the attribution mask that scored best. */
export async function siseMasksFigure(
  { name, title, model, siseLayers }: NamedNetwork,
  signals: readonly Float32Array[],
  signal?: AbortSignal,
): Promise<PageFigure> {
  const method = sise({ layers: siseLayers, layerMaps: true })
  const { maps, extras = {}, certificate } = await explain(model, signalBatch(signals), method, { signal })
  const mapOf = (extra: string, row: number) =>
    normaliseGrid({ width: signals[row]!.length, height: 1, data: rowOf(extras[extra]!, row) })
  const layerRow = (extra: string, text: string) => ({
    name: text,
    cells: signals.map((values, row): SignalCell => ({ signal: values, map: mapOf(extra, row) })),
  })
  return {
    file: `sise-layers-${name}`,
    caption: `${title}. SISE takes feature maps of these layers as masks: ${siseLayers.join(', ')}. For each layer the mask under which the network was surest, and the layer's map, the mean of all its masks weighed by the probability seen through them; last, the layers fused by Otsu's threshold.`,
    figure: signalGridFigure({
      title: 'SISE: layers, attribution masks and their fusion',
      columns: certificate.targets.map((target) => target.name),
      rows: [
        ...siseLayers.flatMap((layer) => [
          layerRow(`${layer}/mask`, `${layer}: best mask`),
          layerRow(layer, `${layer}: map`),
        ]),
        {
          name: 'fused',
          cells: signals.map((values, row) => ({ signal: values, map: normalise(Object.values(maps)[0]!, row) })),
        },
      ],
    }),
  }
}
