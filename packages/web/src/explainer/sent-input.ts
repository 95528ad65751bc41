import { buffersOf, copyOf, type NamedArrays, type NDArray } from '@explainnet/core/plain'
import type { RemoteInput } from '../api.ts'
import type { ImageSource } from '../image/read-image.ts'
import { toTransferable } from '../image/to-transferable.ts'
import type { SentInput } from '../worker/messages.ts'

export interface PreparedInput {
  readonly input: SentInput
  readonly transfer: readonly Transferable[]
}

/** Something that can be posted, the caller's own left as it is; what a video or canvas shows is what it shows now. */
export async function sentInput(input: RemoteInput): Promise<PreparedInput> {
  if (!isNumbers(input)) {
    const { image, transfer } = await toTransferable(input as ImageSource)
    return { input: { image }, transfer }
  }
  const copy = copyOf(input)
  const transfer = buffersOf(copy)
  return 'channels' in copy && ArrayBuffer.isView(copy.data)
    ? { input: { image: copy as Extract<RemoteInput, { channels: 3 }> }, transfer }
    : { input: { arrays: copy as NDArray | NamedArrays }, transfer }
}

/** An array, arrays by name, or raw pixels; all else that pages have pictures in is an object of the browser. */
const isNumbers = (input: RemoteInput) => Object.prototype.toString.call(input) === '[object Object]'
