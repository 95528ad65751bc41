import type { Weight } from '../font/letters.ts'
import type { Pixels } from '../marks/pixels.ts'

/** A picture as data: marks at places in pixels, y down. `figureSvg` and `@explainnet/viz/png` draw it. */
export interface Figure {
  readonly width: number
  readonly height: number
  readonly title: string
  /** For those who cannot see it. */
  readonly description: string
  readonly marks: readonly Mark[]
  /** Where the parts lie; they do not overlap. */
  readonly panels: readonly Panel[]
}

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export interface Panel extends Box {
  readonly name: string
}

export type Mark = RectMark | ImageMark | TextMark | PathMark
export interface RectMark extends Box {
  readonly kind: 'rect'
  readonly fill?: string | undefined
  readonly stroke?: string | undefined
  readonly radius?: number | undefined
}
export interface ImageMark extends Box {
  readonly kind: 'image'
  readonly pixels: Pixels
  /** Cells stay sharp instead of being smoothed. */
  readonly crisp?: boolean | undefined
}
export interface TextMark {
  readonly kind: 'text'
  /** Of the baseline; `anchor` says which part of the line is at x. */
  readonly x: number
  readonly y: number
  readonly text: string
  readonly size: number
  readonly weight: Weight
  readonly fill: string
  readonly anchor: 'start' | 'middle' | 'end'
  /** Turned a quarter to the left about (x, y). */
  readonly upward?: boolean | undefined
}
export interface PathMark {
  readonly kind: 'path'
  readonly d: string
  readonly stroke?: string | undefined
  readonly strokeWidth?: number | undefined
  readonly dash?: string | undefined
  readonly fill?: string | undefined
}

/** Ink, from strong to faint, on white; text colours keep a contrast of at least 4.5. */
export const ink = { strong: '#1a1c20', medium: '#4a4f58', soft: '#666c76', line: '#d4d7dc', faint: '#eceef1' } as const
/** Okabe & Ito's colours, which colour-blind readers can tell apart. */
export const series = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const
