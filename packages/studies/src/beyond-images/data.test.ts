import { describe, expect, it } from 'vitest'
import { molecule, moleculeInputs, mostAtoms } from './molecules.ts'
import { onPlanted } from './on-planted.ts'
import { question, questionClasses, questionLength, questionWords } from './questions.ts'
import { sentencePair, sourceLength, sourceWords, targetLength, targetWords } from './translation.ts'
import { placesOf } from './words.ts'

const first = <T>(make: (index: number, seed: number) => T) => Array.from({ length: 300 }, (_, i) => make(i, 7))

describe('questions', () => {
  const questions = first(question)

  it('of one class share no single word that other classes never use, so that it takes the planted words together', () => {
    const words = (label: number, isPlanted: boolean) =>
      new Set(
        questions
          .filter((one) => one.label === label)
          .flatMap(({ tokens, planted }) => tokens.filter((_, i) => planted[i] === isPlanted)),
      )
    const elsewhere = (label: number) =>
      new Set(questions.filter((one) => one.label !== label).flatMap(({ tokens }) => [...tokens]))
    // Of the planted words only `whom` and `come` give their class away alone.
    const tells = questionClasses.flatMap((_, label) =>
      [...words(label, true)].filter((word) => !elsewhere(label).has(word)),
    )
    expect(tells.toSorted()).toEqual(['come', 'for', 'whom'])
  })

  it('fit into the network, whose words are all known', () => {
    for (const { tokens } of questions) {
      expect(placesOf(tokens, questionWords, questionLength, 'right')).toHaveLength(questionLength)
    }
  })

  it('come again for the same seed, and differ for another', () => {
    expect(question(3, 7)).toEqual(questions[3])
    expect(first(question).map(({ tokens }) => tokens)).not.toEqual(
      Array.from({ length: 300 }, (_, i) => question(i, 8).tokens),
    )
  })
})

describe('molecules', () => {
  const molecules = first(molecule)

  it('have the label of their bonds: a nitrogen with two oxygens bound to it, or none', () => {
    for (const { atoms, bonds, label, group } of molecules) {
      const oxygensAt = (atom: number) =>
        bonds.filter(([a, b]) => (a === atom && atoms[b] === 'O') || (b === atom && atoms[a] === 'O')).length
      const nitrogens = atoms.flatMap((element, atom) => (element === 'N' ? [atom] : []))
      expect(nitrogens.some((atom) => oxygensAt(atom) >= 2)).toBe(label === 1)
      expect(group.map((atom) => atoms[atom]).toSorted()).toEqual(label === 1 ? ['N', 'O', 'O'] : [])
    }
  })

  it('of both classes have one nitrogen and two oxygens: their atoms alone tell nothing', () => {
    for (const { atoms } of molecules) {
      expect(atoms.filter((element) => element === 'N' || element === 'O').toSorted()).toEqual(['N', 'O', 'O'])
    }
  })

  it('become one-hot atoms and a symmetric matrix of bonds', () => {
    for (const one of molecules.slice(0, 20)) {
      const { atoms, bonds } = moleculeInputs(one)
      expect(one.atoms.length).toBeLessThanOrEqual(mostAtoms)
      expect(atoms.reduce((sum, value) => sum + value, 0)).toBe(one.atoms.length)
      expect(bonds.reduce((sum, value) => sum + value, 0)).toBe(2 * one.bonds.length)
      bonds.forEach((value, pair) => {
        expect(value).toBe(bonds[(pair % mostAtoms) * mostAtoms + Math.floor(pair / mostAtoms)])
      })
    }
  })
})

describe('sentence pairs', () => {
  const pairs = first(sentencePair)

  it('name for every target word the source words that decide it: two sentences that agree there agree in the word', () => {
    const seen = new Map<string, string>()
    for (const { source, target, sourceTruth } of pairs) {
      target.forEach((word, t) => {
        if (sourceTruth[t]!.length === 0) return
        const key = sourceTruth[t]!.map((place) => source[place]).join(' ')
        expect(seen.get(key) ?? word, key).toBe(word)
        seen.set(key, word)
      })
    }
    expect(seen.size).toBeGreaterThan(80)
  })

  it('fit into the network, whose words are all known', () => {
    for (const { source, target } of pairs) {
      placesOf(source, sourceWords, sourceLength, 'left')
      placesOf(target.slice(0, -1), targetWords, targetLength, 'left')
    }
    expect(() => placesOf(['zebra'], sourceWords, sourceLength, 'left')).toThrow(/zebra/)
  })
})

it('relevance on what was planted counts what is positive, and where the largest lies', () => {
  const found = onPlanted(
    [
      [1, 3, -4],
      [2, 1, 1],
      [-1, -1, 0],
    ],
    [
      [false, true, true],
      [false, true, false],
      [true, false, false],
    ],
  )
  expect(found.share.mean).toBeCloseTo((0.75 + 0.25 + 0) / 3)
  expect(found.first).toMatchObject({ count: 1, of: 3 })
})
