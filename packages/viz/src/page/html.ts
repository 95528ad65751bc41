import { escapeXml } from '../figure/svg.ts'

/** Markup, as opposed to text: only `html` makes it. */
export interface Html {
  readonly html: string
}
type Part = string | number | Html | undefined | false | readonly Part[]

/** A template whose values are escaped, unless they are markup made by `html` itself. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  html: strings.reduce((page, text, i) => page + flatten(parts[i - 1]) + text),
})

function flatten(part: Part): string {
  if (part === undefined || part === false) return ''
  if (Array.isArray(part)) return part.map(flatten).join('')
  return typeof part === 'object' ? (part as Html).html : escapeXml(String(part))
}

/** Three significant digits, without exponents for ordinary sizes. */
export function figures(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (value === 0) return '0'
  const text =
    Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6
      ? String(Number(value.toPrecision(3)))
      : value.toExponential(1).replace('e+', 'e')
  return text.replaceAll('-', '−')
}

/** One number of decimals for a whole column: three significant digits for its largest value. */
export function columnFormat(cells: readonly unknown[]): (value: number) => string {
  const sizes = cells.filter((cell): cell is number => Number.isFinite(cell)).map(Math.abs)
  const largest = Math.max(0, ...sizes)
  if (sizes.every(Number.isInteger)) return (value) => String(value).replace('-', '−')
  if (largest < 1e-3 || largest >= 1e6) return figures
  const decimals = Math.max(0, Math.min(5, 2 - Math.floor(Math.log10(largest))))
  return (value) => (Number.isFinite(value) ? value.toFixed(decimals).replace('-', '−') : '–')
}
export const percent = (share: number) => `${(share * 100).toFixed(1)} %`

/** Text as base64 of its UTF-8 bytes. */
export function base64(text: string): string {
  let binary = ''
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte)
  return btoa(binary)
}
