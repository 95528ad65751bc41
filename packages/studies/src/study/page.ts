import { join } from 'node:path'
import { writeFileAtomic } from '@explainnet/node'
import { type Figure, figureSvg, type ReportData, report } from '@explainnet/viz'
import { figurePng } from '@explainnet/viz/png'

/** A figure of a page; also written as `figures/<file>.svg` and `.png`. */
export interface PageFigure {
  readonly file: string
  readonly caption: string
  readonly figure: Figure
}

export interface Page extends Omit<ReportData, 'figures'> {
  readonly figures: readonly PageFigure[]
  /** Written as `results.json`, numbers to four digits. */
  readonly results?: Readonly<Record<string, unknown>> | undefined
}

/** Writes `index.html`, the figures and the results; returns the path of the page. Throws `unwritable`. */
export async function writePage(out: string, { figures, results, ...data }: Page): Promise<string> {
  const path = join(out, 'index.html')
  const drawn = figures.map(({ file, caption, figure }) => ({ file, caption, figure, svg: figureSvg(figure) }))
  const html = report({
    ...data,
    figures: drawn.map(({ figure, caption, svg }) => ({ title: figure.title, caption, svg })),
  })
  for (const { file, figure, svg } of drawn) {
    await writeFileAtomic(join(out, 'figures', `${file}.svg`), svg)
    await writeFileAtomic(join(out, 'figures', `${file}.png`), await figurePng(figure, { scale: scaleOf(figure) }))
  }
  if (results) await writeFileAtomic(join(out, 'results.json'), `${JSON.stringify(rounded(results), null, 2)}\n`)
  await writeFileAtomic(path, html)
  return path
}

/** Twice the size for screens that show it, once for figures that are large already. */
const scaleOf = ({ width, height }: Figure) => (width * height > 1.5e6 ? 1 : 2)

/** The same with all fractions to four significant digits. */
export function rounded<T>(value: T): T {
  if (typeof value === 'number') return (Number.isInteger(value) ? value : Number(value.toPrecision(4))) as T
  if (Array.isArray(value)) return value.map(rounded) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, rounded(one)])) as T
}

export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)}\u00a0%`
