import { readFile } from 'node:fs/promises'
import type { NDArray } from '@explainnet/core'

/** Raw float32 values, little-endian. */
export async function readFloats(path: string): Promise<Float32Array> {
  const { buffer, byteOffset, byteLength } = await readFile(path)
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer)
}

export const readExamples = async ({ path, shape }: { path: string; shape: number[] }): Promise<NDArray> => ({
  shape,
  data: await readFloats(path),
})
