import { ExplainError } from './errors.ts'

/** A tensor as a safetensors file holds it; integers are widened to what JavaScript has. */
export interface StoredTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array
}
export interface Safetensors {
  readonly tensors: Readonly<Record<string, StoredTensor>>
  readonly metadata: Readonly<Record<string, string>>
}

const damaged = (what: string) =>
  new ExplainError('bad-file', `This is not a safetensors file: ${what}.`, 'Write it again, or check the download.')

/** Reads a safetensors file: an 8-byte length, a JSON header, raw little-endian values. I64 must fit 2⁵³. */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  if (bytes.byteLength < 8) throw damaged(`it has ${bytes.byteLength} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = Number(view.getBigUint64(0, true))
  if (length > bytes.byteLength - 8) throw damaged('its header is cut off')
  let header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))
  } catch (cause) {
    throw new ExplainError('bad-file', 'This is not a safetensors file: its header is not JSON.', 'Write it again.', {
      cause,
    })
  }
  const { __metadata__: metadata = {}, ...entries } = header as typeof header & {
    __metadata__?: Record<string, string>
  }
  const tensors: Record<string, StoredTensor> = {}
  for (const [name, entry] of Object.entries(entries)) {
    const [from, to] = entry.data_offsets ?? [0, -1]
    if (!(from >= 0 && to >= from && 8 + length + to <= bytes.byteLength)) throw damaged(`'${name}' is cut off`)
    // Copied, so that the values are aligned and independent of the file's buffer. `bytes.slice` would not copy a Node Buffer.
    const raw = Uint8Array.from(bytes.subarray(8 + length + from, 8 + length + to)).buffer
    const data = decode(entry.dtype, raw, name)
    if (data.length !== entry.shape.reduce((a, b) => a * b, 1)) throw damaged(`'${name}' has the wrong size`)
    tensors[name] = { shape: entry.shape, data }
  }
  return { tensors, metadata }
}

function decode(dtype: string, raw: ArrayBuffer, name: string): StoredTensor['data'] {
  switch (dtype) {
    case 'F32':
      return new Float32Array(raw)
    case 'F64':
      return new Float64Array(raw)
    case 'I32':
      return new Int32Array(raw)
    case 'I64':
      return Float64Array.from(new BigInt64Array(raw), Number)
    case 'U8':
    case 'BOOL':
      return new Uint8Array(raw)
    default:
      throw damaged(`'${name}' has dtype ${dtype}`)
  }
}

const dtypes = new Map<unknown, string>([
  [Float32Array, 'F32'],
  [Float64Array, 'F64'],
  [Int32Array, 'I32'],
  [Uint8Array, 'U8'],
])

/** Writes a safetensors file; tensors in the order given, offsets aligned to 8 bytes by the header's padding. */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let offset = 0
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype: dtypes.get(data.constructor), shape, data_offsets: [offset, offset + data.byteLength] }
    offset += data.byteLength
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const length = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(8 + length + offset)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  bytes.fill(0x20, 8, 8 + length)
  bytes.set(text, 8)
  let position = 8 + length
  for (const { data } of Object.values(tensors)) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position)
    position += data.byteLength
  }
  return bytes
}
