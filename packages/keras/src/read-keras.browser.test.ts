import '@tensorflow/tfjs-backend-cpu'
import { readSafetensors } from '@explainnet/core'
import { setBackend, tensor } from '@tensorflow/tfjs-core'
import { gunzipSync } from 'fflate'
import { beforeAll, expect, it } from 'vitest'
import { readKeras } from './read-keras.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

/** Some servers say that the browser shall unpack it. */
async function fetched(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(new URL(`../test/fixtures/${name}.gz`, import.meta.url))
  const bytes = new Uint8Array(await response.arrayBuffer())
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes) as Uint8Array<ArrayBuffer>
}

it.each(['keras-2.15-little.h5', 'keras-3.15-little.keras'])(
  '%s gives in the browser what it gives in Keras',
  async (file) => {
    const network = await readKeras(new Blob([await fetched(file)]))
    const { tensors } = readSafetensors(await fetched(file.replace(/[.][a-z0-9]+$/, '.safetensors')))
    const { data, shape } = tensors['in.pixels']!
    const output = network.predict(tensor(data as Float32Array, [...shape])) as ReturnType<typeof tensor>
    const wanted = tensors['out.0']!.data
    for (const [i, value] of (await output.data()).entries()) expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-5)
    output.dispose()
    network.dispose()
  },
)
