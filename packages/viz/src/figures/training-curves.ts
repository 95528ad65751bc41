import { drawAxes, polyline } from '../figure/axes.ts'
import { compose, type Heading } from '../figure/compose.ts'
import { type Figure, ink, series } from '../figure/figure.ts'
import type { Sheet } from '../figure/sheet.ts'
import { textWidth } from '../font/measure.ts'

export interface Epoch {
  /** Counts from 1. */
  readonly epoch: number
  readonly loss: number
  readonly validationLoss?: number | undefined
  /** 0 … 1 */
  readonly accuracy?: number | undefined
  readonly validationAccuracy?: number | undefined
}

export interface TrainingCurvesFigure extends Heading {
  readonly epochs: readonly Epoch[]
  /** The epoch whose weights were kept. Default: the one with the lowest validation loss. */
  readonly best?: number | undefined
}

type Key = Exclude<keyof Epoch, 'epoch'>

/** Accuracy and loss by epoch, training and validation, with the best epoch marked. */
export function trainingCurvesFigure({ epochs, best = bestEpoch(epochs), ...heading }: TrainingCurvesFigure): Figure {
  const charts: { title: string; train: Key; validation: Key; limits?: [number, number] }[] = [
    { title: 'Accuracy', train: 'accuracy', validation: 'validationAccuracy', limits: [0, 1] },
    { title: 'Loss', train: 'loss', validation: 'validationLoss' },
  ]
  const [width, height] = [360, 250]
  return compose(heading, `${epochs.length} epochs; the best is epoch ${best}.`, (sheet, x, y) => {
    charts.forEach(({ title, train, validation, limits }, i) => {
      const box = { x: x + i * (width + 24), y: y + 22, width, height }
      sheet.panel(title, { ...box, y, height: height + 22 })
      sheet.text(box.x + width / 2 + 20, y + 12, title, { weight: 600, size: 13, anchor: 'middle' })
      const values = epochs.flatMap((epoch) => [epoch[train], epoch[validation]]).filter((v) => v !== undefined)
      const finite = values.filter(Number.isFinite)
      const domain = limits ?? ([0, Math.max(...finite, 1e-6)] as const)
      const [first, last] = [epochs[0]?.epoch ?? 0, epochs.at(-1)?.epoch ?? 1]
      const horizontal = { domain: [first, Math.max(last, first + 1)] as const, title: 'Epoch', whole: true }
      const axes = drawAxes(sheet, box, horizontal, { domain })
      const points = (key: Key) =>
        epochs
          .filter((epoch) => Number.isFinite(epoch[key]))
          .map((epoch) => [axes.x(epoch.epoch), axes.y(epoch[key]!)] as const)
      const bestX = Math.round(axes.x(best)) + 0.5
      sheet.path(`M${bestX} ${axes.inner.y}v${axes.inner.height}`, { stroke: ink.soft, dash: '3 3' })
      sheet.path(polyline(points(train)), { stroke: series[0], strokeWidth: 1.8 })
      sheet.path(polyline(points(validation)), { stroke: series[1], strokeWidth: 1.8, dash: '6 3' })
      const value = epochs.find((epoch) => epoch.epoch === best)?.[validation]
      if (value !== undefined && Number.isFinite(value)) {
        const cy = axes.y(value)
        sheet.path(`M${bestX - 4} ${cy}a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z`, { fill: series[1], stroke: '#fff' })
      }
    })
    const bottom = y + height + 22 + 22
    drawLegend(sheet, x + 40, bottom, [
      { name: 'Training', stroke: series[0] },
      { name: 'Validation', stroke: series[1], dash: '6 3' },
      { name: `Best epoch (${best})`, stroke: ink.soft, dash: '3 3' },
    ])
    return { width: 2 * width + 24, height: bottom + 6 - y }
  })
}

export const bestEpoch = (epochs: readonly Epoch[]): number =>
  epochs.reduce<Epoch | undefined>(
    (best, epoch) => (score(epoch) < (best ? score(best) : Infinity) ? epoch : best),
    undefined,
  )?.epoch ?? 0
const score = (epoch: Epoch) => epoch.validationLoss ?? epoch.loss

function drawLegend(
  sheet: Sheet,
  x: number,
  y: number,
  entries: readonly { readonly name: string; readonly stroke: string; readonly dash?: string | undefined }[],
): void {
  let left = x
  for (const { name, stroke, dash } of entries) {
    sheet.path(`M${left} ${y - 4}h22`, { stroke, strokeWidth: 2, dash })
    sheet.text(left + 28, y, name, { size: 12, fill: ink.medium })
    left += 28 + textWidth(name, 12) + 22
  }
}
