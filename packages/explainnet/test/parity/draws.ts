import { randomStream } from '@explainnet/core'
import { hashed } from './maps.ts'

/** Hashes of many draws of each kind: integers, uniforms, normals far into the tails, and of streams under large seeds. */
export function drawsOf(count = 200_000): Readonly<Record<string, number>> {
  const [integers, uniforms, normals] = [randomStream(1), randomStream(2, 3), randomStream(2 ** 40 + 5, 6, 7)]
  const bounded = randomStream(11).stream(12)
  return {
    uint32: hashed(new Uint32Array(count).map(() => integers.uint32())),
    uniform: hashed(new Float64Array(count).map(() => uniforms.uniform())),
    normal: hashed(new Float64Array(count).map(() => normals.normal())),
    integer: hashed(new Uint32Array(count).map(() => bounded.integer(1000))),
  }
}
