import { advanceOf, type Weight } from './letters.ts'

/** Width of one line in pixels. */
export function textWidth(text: string, size: number, weight: Weight = 400): number {
  let width = 0
  for (const character of text) width += advanceOf(character, weight)
  return width * size
}

/** The text, cut with an ellipsis where it is wider than `width` pixels. */
export function fitText(text: string, width: number, size: number, weight: Weight = 400): string {
  if (textWidth(text, size, weight) <= width) return text
  const characters = [...text]
  while (characters.length > 0 && textWidth(`${characters.join('').trimEnd()}…`, size, weight) > width) characters.pop()
  return characters.length > 0 ? `${characters.join('').trimEnd()}…` : ''
}

/** Breaks at spaces, hyphens and underscores into at most `lines` lines of `width` pixels; the last is cut if it must be. */
export function wrapText(text: string, width: number, size: number, lines: number, weight: Weight = 400): string[] {
  const result: string[] = []
  let rest = text.trim()
  while (rest && result.length < lines - 1 && textWidth(rest, size, weight) > width) {
    let cut = 0
    for (const match of rest.matchAll(/\s+|(?<=[-_/])/g)) {
      if (textWidth(rest.slice(0, match.index), size, weight) > width) break
      if (match.index > 0) cut = match.index
    }
    if (cut === 0) break
    result.push(rest.slice(0, cut).trimEnd())
    rest = rest.slice(cut).trimStart()
  }
  result.push(fitText(rest, width, size, weight))
  return result
}
