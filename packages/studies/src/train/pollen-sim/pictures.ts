import { type PollenSimClass, pollenSim, pollenSimSplit } from '@explainnet/datasets'

/** A rendered picture and where its trait shows. */
export interface SimPicture {
  /** Place in the data set. */
  readonly index: number
  /** [128 · 128 · 3], 0 … 255. */
  readonly pixels: Uint8ClampedArray
  /** [128 · 128], 1 where the trait shows. */
  readonly mask: Uint8Array
  readonly label: number
  readonly className: PollenSimClass
  /** Its trait was removed; label and mask are those of the picture that has it. */
  readonly twin: 'removed' | undefined
}

export interface RenderOptions {
  readonly seed?: number | undefined
  /** Render the twins, their traits removed. */
  readonly twin?: 'removed' | undefined
  readonly signal?: AbortSignal | undefined
  /** Told of each picture. */
  readonly onPicture?: ((done: number, count: number) => void) | undefined
}

/** The first pictures of a split of pollenSim, rendered at 128×128, about 40 ms each. */
export async function renderSplit(
  split: 'train' | 'validation' | 'test',
  count: number,
  { seed = 0, twin, signal, onPicture }: RenderOptions = {},
): Promise<SimPicture[]> {
  const pictures: SimPicture[] = []
  for (const index of pollenSimSplit(split, count)) {
    signal?.throwIfAborted()
    const { data, mask, label, className } = pollenSim({ seed, index, twin, mask: true })
    pictures.push({ index, pixels: data, mask: mask!, label, className, twin })
    onPicture?.(pictures.length, count)
    if (pictures.length % 8 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return pictures
}
