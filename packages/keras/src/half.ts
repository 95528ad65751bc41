/** IEEE 754 binary16 values, little-endian, as 32-bit floats. */
export function fromFloat16(bytes: Uint8Array): Float32Array {
  return decode(bytes, (half) => {
    const [sign, exponent, fraction] = [half & 0x8000 ? -1 : 1, (half >> 10) & 0x1f, half & 0x3ff]
    if (exponent === 0) return sign * fraction * 2 ** -24
    if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
  })
}

/** bfloat16 values, little-endian: the upper halves of 32-bit floats. */
export function fromBfloat16(bytes: Uint8Array): Float32Array {
  const word = new DataView(new ArrayBuffer(4))
  return decode(bytes, (half) => {
    word.setUint16(0, half)
    return word.getFloat32(0)
  })
}

function decode(bytes: Uint8Array, value: (half: number) => number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Float32Array.from({ length: bytes.byteLength / 2 }, (_, i) => value(view.getUint16(2 * i, true)))
}
