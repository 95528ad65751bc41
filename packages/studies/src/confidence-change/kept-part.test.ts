import { describe, expect, it } from 'vitest'
import { keepTop, weigh } from './kept-part.ts'

const ones = (n: number) => new Float32Array(n).fill(1)

describe('keepTop', () => {
  it('keeps what is over the value at ⌊N·frac⌋ of the sorted map, all channels of a position together', () => {
    const values = ones(10)
    expect(keepTop(values, [3, -1, 5, 2, 0], 0.4)).toBe(0.4)
    expect([...values]).toEqual([1, 1, 0, 0, 1, 1, 0, 0, 0, 0])
  })

  it('hides ties at the threshold with the rest: a map of zeros keeps nothing, one half zero keeps half', () => {
    const nothing = ones(4)
    expect(keepTop(nothing, [0, 0, 0, 0], 0.9)).toBe(0)
    expect([...nothing]).toEqual([0, 0, 0, 0])
    expect(keepTop(ones(4), [0, 2, 0, 1], 0.9)).toBe(0.5)
  })

  it('keeps everything but the smallest of many with 0.9 of ten', () => {
    const map = Array.from({ length: 10 }, (_, i) => i)
    const values = ones(10)
    expect(keepTop(values, map, 0.9)).toBe(0.9)
    expect(values[0]).toBe(0)
  })
})

describe('weigh', () => {
  it('multiplies by the positive part of the map, its largest value being 1', () => {
    const values = ones(6)
    weigh(values, [4, -2, 1])
    expect([...values]).toEqual([1, 1, 0, 0, 0.25, 0.25])
  })

  it('leaves nothing where nothing speaks for the class', () => {
    const values = ones(3)
    weigh(values, [-1, 0, -3])
    expect(values.every((value) => value === 0)).toBe(true)
  })
})
