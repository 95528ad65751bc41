import { describe, expect, it } from 'vitest'
import type { AttributionMap, Certificate } from './api.ts'
import { createAttribution } from './attribution.ts'
import { readSafetensors, writeSafetensors } from './safetensors.ts'
import { fromJSON, fromSafetensors, toJSON, toSafetensors } from './serialise.ts'

const map: AttributionMap = {
  shape: [1, 2, 2],
  data: Float32Array.of(1 / 3, -0, 1e-40, 3e38),
  axes: ['batch', 'height', 'width'],
  domain: 'segments',
  layer: { name: 'conv', call: 0 },
  segments: { shape: [1, 2, 2], data: Float32Array.of(0, 1, 2, 3) },
}
const certificate = { apiVersion: 1, seed: 3, warnings: [{ code: 'dead-map', message: 'ü' }] } as unknown as Certificate
const extras = { 'path.alphas': { shape: [2], data: Float32Array.of(0, 1) } }
const attribution = createAttribution({ image: map }, extras, certificate)
const inputs = { image: { shape: [1, 2], data: Float32Array.of(5, 6) } }

describe('a result in a file', () => {
  it.each([
    ['safetensors', () => fromSafetensors(toSafetensors(attribution, inputs))],
    ['JSON', () => fromJSON(toJSON(attribution, inputs))],
  ])('comes back from %s bit by bit, with its certificate, extras and inputs', (_, roundTrip) => {
    const { attribution: again, inputs: stored } = roundTrip()
    expect(again.maps).toEqual(attribution.maps)
    expect(new Uint8Array(again.values.buffer)).toEqual(new Uint8Array(map.data.buffer))
    expect(again.certificate).toEqual(certificate)
    expect(again.extras).toEqual(extras)
    expect(stored).toEqual(inputs)
  })
  it('may leave the inputs out', () => {
    expect(fromJSON(toJSON(attribution)).inputs).toBeUndefined()
  })
  it('is refused when it is cut off, no JSON, of another kind or another contract', () => {
    const bytes = toSafetensors(attribution)
    expect(() => fromSafetensors(bytes.subarray(0, bytes.length - 4))).toThrow('cut off')
    expect(() => fromSafetensors(new Uint8Array(3))).toThrow('3 bytes')
    expect(() => fromSafetensors(new TextEncoder().encode('\x08\0\0\0\0\0\0\0notjson!'))).toThrow('not JSON')
    expect(() => fromSafetensors(writeSafetensors({ tensors: {}, metadata: {} }))).toThrow('no attribution')
    expect(() => fromJSON('{')).toThrow('not JSON')
    expect(() => fromJSON('{}')).toThrow('no attribution')
    expect(() => fromJSON(toJSON(attribution).replace('"apiVersion":1,"maps"', '"apiVersion":9,"maps"'))).toThrow(
      'contract 9',
    )
  })
})

describe('safetensors', () => {
  it('keeps every dtype that JavaScript has, aligned whatever the offset of the buffer', () => {
    const tensors = {
      bytes: { shape: [3], data: Uint8Array.of(1, 2, 3) },
      ints: { shape: [1], data: Int32Array.of(-7) },
      doubles: { shape: [2, 1], data: Float64Array.of(Math.PI, 1e300) },
      floats: { shape: [], data: Float32Array.of(0.5) },
    }
    const bytes = writeSafetensors({ tensors, metadata: { by: 'test' } })
    const shifted = new Uint8Array(bytes.length + 1)
    shifted.set(bytes, 1)
    expect(readSafetensors(shifted.subarray(1))).toEqual({ tensors, metadata: { by: 'test' } })
  })
})
