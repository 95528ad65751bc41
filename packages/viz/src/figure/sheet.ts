import type { Weight } from '../font/letters.ts'
import { textWidth } from '../font/measure.ts'
import type { Pixels } from '../marks/pixels.ts'
import {
  type Box,
  type Figure,
  ink,
  type Mark,
  type Panel,
  type PathMark,
  type RectMark,
  type TextMark,
} from './figure.ts'

interface TextStyle {
  readonly size?: number | undefined
  readonly weight?: Weight | undefined
  readonly fill?: string | undefined
  readonly anchor?: TextMark['anchor'] | undefined
  readonly upward?: boolean | undefined
}

/** Collects the marks of a figure. */
export interface Sheet {
  text(x: number, y: number, text: string, style?: TextStyle): void
  image(box: Box, pixels: Pixels, options?: { crisp?: boolean; frame?: boolean }): void
  rect(box: Box, style: Pick<RectMark, 'fill' | 'stroke' | 'radius'>): void
  path(d: string, style: Omit<PathMark, 'kind' | 'd'>): void
  panel(name: string, box: Box): void
  finish(figure: Pick<Figure, 'width' | 'height' | 'title' | 'description'>): Figure
}

export function newSheet(): Sheet {
  const marks: Mark[] = []
  const panels: Panel[] = []
  return {
    text(x, y, text, { size = 12, weight = 400, fill = ink.strong, anchor = 'start', upward } = {}) {
      if (text) marks.push({ kind: 'text', x, y, text, size, weight, fill, anchor, upward })
    },
    image(box, pixels, { crisp = false, frame = false } = {}) {
      marks.push({ kind: 'image', ...box, pixels, crisp })
      if (frame) marks.push({ kind: 'rect', ...box, stroke: ink.line })
    },
    rect: (box, style) => void marks.push({ kind: 'rect', ...box, ...style }),
    path: (d, style) => void marks.push({ kind: 'path', d, ...style }),
    panel: (name, { x, y, width, height }) => void panels.push({ name, x, y, width, height }),
    finish: (figure) => ({
      ...figure,
      width: Math.ceil(figure.width),
      height: Math.ceil(figure.height),
      marks,
      panels,
    }),
  }
}

/** The box of a text mark, ascenders and descenders included. */
export function textBox(mark: TextMark): Box {
  const width = textWidth(mark.text, mark.size, mark.weight)
  const before = { start: 0, middle: width / 2, end: width }[mark.anchor]
  const [ascent, descent] = [mark.size * 0.8, mark.size * 0.25]
  return mark.upward
    ? { x: mark.x - ascent, y: mark.y - width + before, width: ascent + descent, height: width }
    : { x: mark.x - before, y: mark.y - ascent, width, height: ascent + descent }
}

/** The largest box of a given shape in the middle of another. */
export function fitBox(box: Box, width: number, height: number): Box {
  const scale = Math.min(box.width / width, box.height / height)
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))]
  return {
    x: box.x + Math.round((box.width - w) / 2),
    y: box.y + Math.round((box.height - h) / 2),
    width: w,
    height: h,
  }
}
