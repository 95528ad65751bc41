import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { NamedArrays } from './api.ts'

/** SHA-256 over names, shapes and values, in the order of the names. */
export function hashArrays(arrays: NamedArrays): string {
  const hash = sha256.create()
  for (const name of Object.keys(arrays).sort()) {
    const { shape, data } = arrays[name]!
    hash.update(new TextEncoder().encode(`${name}[${shape.join(',')}]`))
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  return bytesToHex(hash.digest())
}
