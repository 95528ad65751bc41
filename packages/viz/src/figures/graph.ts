import { compose, type Heading } from '../figure/compose.ts'
import { type Figure, ink } from '../figure/figure.ts'
import type { Sheet } from '../figure/sheet.ts'
import { fitText } from '../font/measure.ts'
import { colourOf, hex, readableOn } from '../marks/colour-map.ts'

export interface GraphPanel {
  readonly name: string
  readonly nodes: readonly {
    /** A letter or two, as an atom has. */
    readonly label: string
    /** 0 … 1, from left to right and from top to bottom. */
    readonly x: number
    readonly y: number
    readonly attribution: number
    /** Ringed: known to matter. */
    readonly marked?: boolean | undefined
  }[]
  /** By the places of their nodes. */
  readonly edges: readonly { readonly from: number; readonly to: number; readonly attribution: number }[]
}

export interface GraphFigure extends Heading {
  readonly panels: readonly GraphPanel[]
  /** Panels side by side. Default 3. */
  readonly columns?: number | undefined
}

const [side, radius, gap, inset] = [260, 10, 20, 18]

/** Graphs whose nodes and edges have the colour of their attribution, each panel by its own largest |value|. */
export function graphFigure({ panels, columns = 3, ...heading }: GraphFigure): Figure {
  const across = Math.min(columns, panels.length)
  const said = panels.map(({ name, nodes }) => `${name}: ${nodes.map((node) => node.label).join(' ')}`).join('; ')
  return compose(heading, said, (sheet, x, y) => {
    panels.forEach((panel, i) => {
      drawPanel(sheet, panel, x + (i % across) * (side + gap), y + Math.floor(i / across) * (side + 22 + gap))
    })
    const down = Math.ceil(panels.length / across)
    return { width: across * (side + gap) - gap, height: down * (side + 22 + gap) - gap }
  })
}

function drawPanel(sheet: Sheet, { name, nodes, edges }: GraphPanel, x: number, y: number): void {
  const all = [...nodes, ...edges].map(({ attribution }) => Math.abs(attribution))
  const limit = Math.max(...all, Number.MIN_VALUE)
  const colour = (attribution: number) => colourOf('red-blue', attribution / limit)
  sheet.panel(name, { x, y, width: side, height: side + 22 })
  sheet.text(x, y + 12, fitText(name, side, 12, 600), { weight: 600 })
  const top = y + 22
  const place = (node: { x: number; y: number }) =>
    [x + inset + node.x * (side - 2 * inset), top + inset + node.y * (side - 2 * inset)].map(Math.round) as [
      number,
      number,
    ]
  for (const { from, to, attribution } of edges) {
    const [[x1, y1], [x2, y2]] = [place(nodes[from]!), place(nodes[to]!)]
    // A white bond would be lost on white paper: a thin line stays under the coloured one.
    sheet.path(`M${x1} ${y1}L${x2} ${y2}`, { stroke: '#9aa0a9', strokeWidth: 2 })
    const strokeWidth = 2 + (6 * Math.abs(attribution)) / limit
    if (strokeWidth > 2.3) sheet.path(`M${x1} ${y1}L${x2} ${y2}`, { stroke: hex(colour(attribution)), strokeWidth })
  }
  for (const node of nodes) {
    const [cx, cy] = place(node)
    const fill = colour(node.attribution)
    const circle = (r: number) => `M${cx - r} ${cy}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`
    if (node.marked) sheet.path(circle(radius + 3), { stroke: ink.strong, strokeWidth: 1.6, fill: '#fff' })
    sheet.path(circle(radius), { fill: hex(fill), stroke: ink.soft, strokeWidth: 1 })
    sheet.text(cx, cy + 4, node.label, { size: 11, anchor: 'middle', fill: readableOn(fill), weight: 600 })
  }
}
