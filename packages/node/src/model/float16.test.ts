import { expect, it } from 'vitest'
import { halfOf, toFloat16 } from './float16.ts'

const widen = (half: number): number => {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >>> 10) & 31
  const fraction = half & 1023
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

it.each([
  ['zero', 0, 0x0000],
  ['minus zero', -0, 0x8000],
  ['one', 1, 0x3c00],
  ['minus two', -2, 0xc000],
  ['a third', 1 / 3, 0x3555],
  ['the largest', 65504, 0x7bff],
  ['just below the tie with infinity', 65519, 0x7bff],
  ['the tie with infinity', 65520, 0x7c00],
  ['far too large', 1e30, 0x7c00],
  ['infinity', Number.NEGATIVE_INFINITY, 0xfc00],
  ['the smallest normal', 2 ** -14, 0x0400],
  ['the largest subnormal', 2 ** -14 - 2 ** -24, 0x03ff],
  ['between those, rounding up into the normal', 2 ** -14 - 2 ** -26, 0x0400],
  ['the smallest subnormal', 2 ** -24, 0x0001],
  ['half of it: a tie to zero', 2 ** -25, 0x0000],
  ['a little more than half of it', 2 ** -25 * 1.0001, 0x0001],
  ['one and a half of it: a tie to two', 1.5 * 2 ** -24, 0x0002],
  ['a subnormal 32-bit float', 1e-42, 0x0000],
  ['a tie to the even below', 1 + 2 ** -11, 0x3c00],
  ['a tie to the even above', 1 + 3 * 2 ** -11, 0x3c02],
  ['a carry into the exponent', 2 - 2 ** -12, 0x4000],
])('%s is halved as IEEE 754 has it', (_, value, half) => {
  expect(halfOf(value)).toBe(half)
})
it('not a number stays so', () => {
  expect(widen(halfOf(Number.NaN))).toBeNaN()
})
it('every half is itself again', () => {
  for (let half = 0; half < 65536; half++) {
    const value = widen(half)
    if (!Number.isNaN(value)) expect(halfOf(value)).toBe(half)
  }
})
it('integers and booleans keep their width, also where floats then lie unaligned', () => {
  const specs = [
    { name: 'flags', shape: [3], dtype: 'bool' as const },
    { name: 'w', shape: [2], dtype: 'float32' as const },
    { name: 'n', shape: [], dtype: 'int32' as const },
  ]
  const data = new Uint8Array([1, 0, 1, ...new Uint8Array(Float32Array.of(1, -2).buffer), 7, 0, 0, 0])
  const { specs: halved, data: bytes } = toFloat16({ specs, data })
  expect(Array.from(bytes)).toEqual([1, 0, 1, 0x00, 0x3c, 0x00, 0xc0, 7, 0, 0, 0])
  expect(halved.map(({ quantization }) => quantization?.dtype)).toEqual([undefined, 'float16', undefined])
})
