import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { Tensor } from '@tensorflow/tfjs-core'

/** JSON with sorted keys: the same topology gives the same text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : part,
  )
}

/** SHA-256 over the topology and every weight's shape, type and bytes, in the order given. Hexadecimal. */
export async function fingerprintOf(topology: unknown, weights: readonly Tensor[]): Promise<string> {
  const hash = sha256.create()
  const text = new TextEncoder()
  hash.update(text.encode(canonical(topology)))
  for (const weight of weights) {
    hash.update(text.encode(`${weight.dtype}[${weight.shape.join(',')}]`))
    const data = await weight.data()
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  return bytesToHex(hash.digest())
}
