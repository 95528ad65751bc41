import { letterOf, unitsPerEm } from '../font/letters.ts'
import { textWidth } from '../font/measure.ts'
import { type Pixels, pngDataUri, shrink } from '../marks/pixels.ts'
import type { Figure, ImageMark, Mark, TextMark } from './figure.ts'

/**
 * A figure as one SVG document that refers to nothing outside itself: pictures are PNGs inside, letters are outlines of
 * the bundled font, so that it looks the same everywhere. Letters of scripts that are not bundled stay text.
 */
export function figureSvg(figure: Figure): string {
  const letters = new Map<string, string>()
  const body = figure.marks.map((mark) => drawMark(mark, letters)).join('\n')
  const glyphs = [...letters].map(([id, outline]) => `<path id="${id}" d="${outline}"/>`).join('')
  const { width, height } = figure
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeXml(figure.title)}</title><desc>${escapeXml(figure.description)}</desc>`,
    `<defs>${glyphs}</defs>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    body,
    '</svg>\n',
  ].join('\n')
}

/** Text made safe for XML and HTML, in elements and in quoted attributes; characters that XML forbids become �. */
export function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters XML 1.0 does not allow.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  )
}

const number = (value: number) => String(Math.round(value * 100) / 100)

function attributes(values: Record<string, string | number | undefined>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${typeof value === 'number' ? number(value) : escapeXml(value!)}"`)
    .join('')
}

function drawMark(mark: Mark, letters: Map<string, string>): string {
  switch (mark.kind) {
    case 'rect': {
      const { x, y, width, height, fill = 'none', stroke, radius } = mark
      // A hairline lies on whole pixels.
      const inset = stroke ? 0.5 : 0
      const box = { x: x + inset, y: y + inset, width: width - 2 * inset, height: height - 2 * inset }
      return `<rect${attributes({ ...box, rx: radius, fill, stroke })}/>`
    }
    case 'path':
      return `<path${attributes({
        d: mark.d,
        fill: mark.fill ?? 'none',
        stroke: mark.stroke,
        'stroke-width': mark.strokeWidth,
        'stroke-dasharray': mark.dash,
        'stroke-linejoin': 'round',
      })}/>`
    case 'image': {
      const { x, y, width, height } = mark
      const href = pngDataUri(atSize(mark))
      return `<image${attributes({ x, y, width, height, preserveAspectRatio: 'none' })} href="${href}"/>`
    }
    case 'text':
      return drawText(mark, letters)
  }
}

/** At most twice the size on the page; cells that must stay sharp are enlarged here, since renderers disagree on how. */
function atSize({ pixels, crisp, width, height }: ImageMark): Pixels {
  if (!crisp) return shrink(pixels, Math.max(width, height) * 2)
  const [factorX, factorY] = [Math.ceil((2 * width) / pixels.width), Math.ceil((2 * height) / pixels.height)]
  if (factorX <= 1 && factorY <= 1) return pixels
  const [w, h] = [pixels.width * factorX, pixels.height * factorY]
  const data = new Uint8ClampedArray(w * h * 4)
  for (let v = 0; v < h; v++) {
    for (let u = 0; u < w; u++) {
      const from = (Math.floor(v / factorY) * pixels.width + Math.floor(u / factorX)) * 4
      data.set(pixels.data.subarray(from, from + 4), (v * w + u) * 4)
    }
  }
  return { width: w, height: h, data }
}

function drawText(mark: TextMark, letters: Map<string, string>): string {
  const { text, size, weight } = mark
  const scale = size / unitsPerEm
  let x = -{ start: 0, middle: 0.5, end: 1 }[mark.anchor] * textWidth(text, size, weight)
  let uses = ''
  let others = ''
  for (const character of text) {
    const letter = letterOf(character, weight)
    const advance = textWidth(character, size, weight)
    if (!letter) {
      others += `<text${attributes({ x, 'font-size': size, 'font-weight': weight })} font-family="sans-serif">${escapeXml(character)}</text>`
    } else if (letter.outline) {
      letters.set(letter.id, letter.outline)
      uses += `<use href="#${letter.id}" x="${number(x / scale)}"/>`
    }
    x += advance
  }
  const outlines = uses && `<g transform="scale(${Math.round(scale * 1e5) / 1e5})">${uses}</g>`
  const turn = mark.upward ? ' rotate(-90)' : ''
  return `<g fill="${escapeXml(mark.fill)}" transform="translate(${number(mark.x)} ${number(mark.y)})${turn}">${outlines}${others}</g>`
}
