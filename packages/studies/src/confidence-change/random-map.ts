import { createHash } from 'node:crypto'
import { type AttributionMethod, apiVersion, positionsOf, resizeLinear, rowOf, sizeOf } from '@explainnet/core'

export interface RandomMapOptions {
  /** Cells along each axis, stretched linearly to the input: patches in place of single positions. */
  readonly cells?: number | undefined
}

/** Keeps these streams apart from those that methods draw: 'rand' in ASCII. */
const randomMapStream = 0x72616e64

/**
 * A map that knows nothing: uniform noise for every position, or smooth noise of so many `cells`, another one for every
 * example, whatever its place in the batch. What a table's other rows have to beat; a coarse method the coarse one. No pass
 * through the model.
 */
export function randomMap(options: RandomMapOptions = {}) {
  return {
    apiVersion,
    name: 'random-map',
    needs: 'predictions',
    deterministic: false,
    options: {},
    spec: { module: '@explainnet/studies', export: 'randomMap', options: { ...options } },
    async *attribute(task) {
      const spec = task.model.inputs[0]!
      const input = task.inputs[spec.name]!
      const { sides, count, axes, domain } = positionsOf(spec, input)
      const drawn = options.cells === undefined ? sides : sides.map((side) => Math.min(side, options.cells!))
      const shape = [task.size, ...sides]
      const data = new Float32Array(task.size * count)
      for (let example = 0; example < task.size; example++) {
        const { buffer, byteOffset, byteLength } = rowOf(input, example)
        const hash = createHash('sha256')
          .update(new Uint8Array(buffer, byteOffset, byteLength))
          .digest()
        const random = task.random(randomMapStream, hash.readUInt32LE(0), hash.readUInt32LE(4))
        const noise = Float32Array.from({ length: sizeOf(drawn) }, () => random.uniform())
        data.set(resizeLinear({ shape: [1, ...drawn], data: noise }, [1, ...sides]).data, example * count)
      }
      yield { maps: { [spec.name]: { shape, data, axes, domain } } }
    },
  } satisfies AttributionMethod<'predictions'>
}
