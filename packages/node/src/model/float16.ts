import { ExplainError } from '@explainnet/core'
import type { io } from '@tensorflow/tfjs-core'

interface Weights {
  readonly specs: io.WeightsManifestEntry[]
  readonly data: Uint8Array
}

/** Halves 32-bit float weights as tfjs's `float16` quantisation wants them; others stay. Throws `bad-option` beyond ±65504. */
export function toFloat16({ specs, data }: Weights): Weights {
  const parts: Uint8Array[] = []
  const halved: io.WeightsManifestEntry[] = []
  let offset = 0
  for (const spec of specs) {
    const count = spec.shape.reduce((product, side) => product * side, 1)
    const bytes = count * (spec.dtype === 'bool' ? 1 : 4)
    // Copied, since after a bool weight the floats may not be aligned.
    const part = data.slice(offset, offset + bytes)
    offset += bytes
    if (spec.dtype !== 'float32') {
      parts.push(part)
      halved.push(spec)
      continue
    }
    const values = new Float32Array(part.buffer, part.byteOffset, count)
    const halves = new Uint16Array(count)
    values.forEach((value, i) => {
      const half = halfOf(value)
      if ((half & 0x7fff) >= 0x7c00) {
        throw new ExplainError(
          'bad-option',
          `Weight '${spec.name}' holds ${value}, which is too large for 16 bits.`,
          'Save the model without quantize.',
        )
      }
      halves[i] = half
    })
    parts.push(new Uint8Array(halves.buffer))
    halved.push({ ...spec, quantization: { dtype: 'float16' } })
  }
  return { specs: halved, data: Buffer.concat(parts) }
}

const word = new Float32Array(1)
const bits = new Uint32Array(word.buffer)

/** IEEE 754 binary16, rounded to nearest, ties to even. */
export function halfOf(value: number): number {
  word[0] = value
  const sign = (bits[0]! >>> 16) & 0x8000
  const magnitude = bits[0]! & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00
  // Scaled so that a unit is the half's last place, then rounded: 2^-24 for subnormal halves, 2^(e-10) for normal ones.
  const exponent = Math.max(magnitude >>> 23, 113) - 127
  const units = Math.abs(word[0]) / 2 ** (exponent - 10)
  if (!Number.isFinite(units)) return sign | 0x7c00
  const down = Math.floor(units)
  const rest = units - down
  const rounded = rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down
  // A carry into the next power of two runs into the exponent by itself.
  return sign | Math.min(0x7c00, ((exponent + 14) << 10) + rounded)
}
