import { createHash } from 'node:crypto'
import { type AttributionMethod, apiVersion, rowOf, sizeOf } from '@explainnet/core'

/** Keeps these streams apart from those that methods draw: 'rand' in ASCII. */
const randomMapStream = 0x72616e64

/**
 * A map that knows nothing: uniform noise for every position, another one for every example, whatever its place in the
 * batch. What a table's other rows have to beat. No pass through the model.
 */
export function randomMap() {
  return {
    apiVersion,
    name: 'random-map',
    needs: 'predictions',
    deterministic: false,
    options: {},
    spec: { module: '@explainnet/studies', export: 'randomMap', options: {} },
    async *attribute(task) {
      const spec = task.model.inputs[0]!
      const input = task.inputs[spec.name]!
      const hasChannels = spec.axes.at(-1) === 'channel'
      const shape = [task.size, ...input.shape.slice(1, hasChannels ? -1 : undefined)]
      const axes = hasChannels ? spec.axes.slice(0, -1) : spec.axes
      const size = sizeOf(shape.slice(1))
      const data = new Float32Array(task.size * size)
      for (let example = 0; example < task.size; example++) {
        const { buffer, byteOffset, byteLength } = rowOf(input, example)
        const hash = createHash('sha256')
          .update(new Uint8Array(buffer, byteOffset, byteLength))
          .digest()
        const random = task.random(randomMapStream, hash.readUInt32LE(0), hash.readUInt32LE(4))
        for (let i = 0; i < size; i++) data[example * size + i] = random.uniform()
      }
      yield { maps: { [spec.name]: { shape, data, axes, domain: 'spatial' } } }
    },
  } satisfies AttributionMethod<'predictions'>
}
