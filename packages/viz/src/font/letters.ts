import { outlines400, outlines600 } from './outlines.ts'

export type Weight = 400 | 600

/** One letter: advance and outline in units of 1/500 em, y down from the baseline. */
export interface Letter {
  readonly id: string
  readonly advance: number
  readonly outline: string
}
export const unitsPerEm = 500

const tables = new Map<Weight, Map<string, Letter>>()

function table(weight: Weight): Map<string, Letter> {
  let letters = tables.get(weight)
  if (!letters) {
    letters = new Map()
    for (const line of (weight === 600 ? outlines600 : outlines400).split('\n')) {
      const [, character, advance, outline] = /^(.)(\d+)(.*)$/u.exec(line)!
      const id = `${weight === 600 ? 'b' : 'r'}${character!.codePointAt(0)!.toString(16)}`
      letters.set(character!, { id, advance: Number(advance), outline: outline! })
    }
    tables.set(weight, letters)
  }
  return letters
}

/** The bundled letter; regular where there is no bold one; undefined for scripts that are not bundled. */
export const letterOf = (character: string, weight: Weight): Letter | undefined =>
  table(weight).get(character) ?? (weight === 600 ? table(400).get(character) : undefined)

/** Advance of a character in em; for letters that are not bundled a guess on the wide side. */
export function advanceOf(character: string, weight: Weight): number {
  const letter = letterOf(character, weight)
  if (letter) return letter.advance / unitsPerEm
  return character.codePointAt(0)! >= 0x1100 ? 1.05 : 0.7
}
