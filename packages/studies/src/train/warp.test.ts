import { describe, expect, it } from 'vitest'
import { warp } from './warp.ts'

const size = 9
const picture = Uint8Array.from({ length: size * size * 3 }, (_, i) => (i * 37) % 256)
const still = { rotation: 0, flip: false, zoom: 1, shiftX: 0, shiftY: 0 }
const at = (data: ArrayLike<number>, row: number, column: number) => data[(row * size + column) * 3]!

describe('warp', () => {
  it('changes nothing when nothing is asked for', () => {
    const { data } = warp(picture, size, [0, 0, 0], size, still)
    data.forEach((value, i) => {
      expect(value).toBeCloseTo(picture[i]! / 255, 6)
    })
  })

  it('turns a quarter, mirrors and shifts by whole pixels exactly', () => {
    const turned = warp(picture, size, [0, 0, 0], size, { ...still, rotation: Math.PI / 2 }).data
    const mirrored = warp(picture, size, [0, 0, 0], size, { ...still, flip: true }).data
    const shifted = warp(picture, size, [51, 0, 0], size, { ...still, shiftX: 2 / size }).data
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        expect(at(turned, row, column)).toBeCloseTo(at(picture, size - 1 - column, row) / 255, 5)
        expect(at(mirrored, row, column)).toBeCloseTo(at(picture, row, size - 1 - column) / 255, 5)
        expect(at(shifted, row, column)).toBeCloseTo(column < 2 ? 0.2 : at(picture, row, column - 2) / 255, 5)
      }
    }
  })

  it('magnifies about the centre', () => {
    const { data } = warp(picture, size, [0, 0, 0], size, { ...still, zoom: 2 })
    expect(at(data, 4, 4)).toBeCloseTo(at(picture, 4, 4) / 255, 6)
    expect(at(data, 2, 6)).toBeCloseTo(at(picture, 3, 5) / 255, 6)
  })
})
