import { tickLabel } from '../figure/colour-bar.ts'
import { compose, type Heading } from '../figure/compose.ts'
import { type Figure, ink } from '../figure/figure.ts'
import { drawHeatTable, roomyCell } from '../figure/heat-table.ts'
import { drawImageTable } from '../figure/image-table.ts'
import { textWidth } from '../font/measure.ts'
import { colourise } from '../marks/colourise.ts'
import type { NormalisedGrid } from '../values/normalise.ts'

export interface NoiseGridFigure extends Heading {
  /** Rows: the noise, in the unit that `sigmaTitle` names. */
  readonly sigmas: readonly number[]
  /** Columns: draws averaged. */
  readonly samples: readonly number[]
  /** `values[row of σ][column of n]` */
  readonly values: readonly (readonly number[])[]
  /** What the values are: `insertion − deletion`. */
  readonly metric: string
  /** Default `Noise σ (of 255)`. */
  readonly sigmaTitle?: string | undefined
  /** The chosen pair, framed. */
  readonly chosen?: { readonly sigma: number; readonly samples: number } | undefined
  /** `maps[row of σ][column of n]`, drawn beside the numbers. */
  readonly maps?: readonly (readonly NormalisedGrid[])[] | undefined
}

const mapsTitle = 'Maps, same rows and columns'

/** SmoothGrad's choice of noise and samples: σ in rows, n in columns, a metric as numbers in colours, the maps beside. */
export function noiseGridFigure(options: NoiseGridFigure): Figure {
  const { sigmas, samples, values, metric, chosen, maps, sigmaTitle = 'Noise σ (of 255)' } = options
  const known = values.flat().filter(Number.isFinite)
  const domain = [Math.min(...known), Math.max(...known)] as const
  const step = Math.max((domain[1] - domain[0]) / 100, 1e-4)
  const at = chosen && ([sigmas.indexOf(chosen.sigma), samples.indexOf(chosen.samples)] as const)
  const choice = at && at[0] >= 0 && at[1] >= 0 ? at : undefined
  const rows = sigmas.map((sigma) => tickLabel(sigma, sigma % 1 === 0 ? 1 : 0.01))
  const columns = samples.map(String)
  const cellHeight = roomyCell(maps ? 46 : 28, sigmas.length, sigmaTitle)
  return compose(options, `${metric} for each noise (rows) and number of samples (columns).`, (sheet, x, y) => {
    sheet.text(x, y + 11, metric, { weight: 600 })
    const table = drawHeatTable(
      sheet,
      {
        rows,
        columns,
        rowTitle: sigmaTitle,
        columnTitle: 'Samples n',
        values,
        domain,
        label: (value) => tickLabel(value, step),
        colours: 'viridis',
        cellWidth: 52,
        cellHeight,
        chosen: choice,
      },
      x,
      y + 22,
    )
    sheet.panel('metric', table)
    const tableWidth = Math.max(table.width, Math.ceil(textWidth(metric, 12, 600)))
    if (!maps) return { width: tableWidth, height: table.height + 22 }
    const left = x + tableWidth + 28
    sheet.text(left, y + 11, mapsTitle, { weight: 600 })
    const side = cellHeight - 8
    const box = drawImageTable(
      sheet,
      {
        columns: samples.length,
        cell: side,
        cells: maps.flatMap((row, r) =>
          row.map((map, c) => ({
            name: `σ = ${rows[r]}, n = ${columns[c]}`,
            pixels: colourise(map),
            chosen: choice?.[0] === r && choice[1] === c,
          })),
        ),
      },
      left,
      y + 26,
    )
    columns.forEach((column, c) => {
      sheet.text(left + c * (side + 8) + side / 2, y + 22 + rows.length * cellHeight + 15, column, {
        size: 11,
        anchor: 'middle',
        fill: ink.medium,
      })
    })
    const mapsWidth = Math.max(box.width, Math.ceil(textWidth(mapsTitle, 12, 600)))
    return { width: left - x + mapsWidth, height: table.height + 22 }
  })
}
