/** How much of a map's positive relevance lies on the planted trait. */
import { type Attribution, type Preprocessing, prepareImage } from '@explainnet/core/plain'
import { relevanceMassAccuracy } from '@explainnet/metrics'
import type { TraitShare } from '@explainnet/viz'
import type { Picture } from './picture.ts'

/** Undefined where nothing was planted, or nothing is known of it. */
export function traitShare(
  attribution: Attribution,
  picture: Picture,
  preprocessing: Preprocessing,
): TraitShare | undefined {
  const mask = placedMask(picture, preprocessing)
  if (!mask) return undefined
  const { values, trivial } = relevanceMassAccuracy(attribution, mask)
  const controls = Object.entries(trivial).map(([name, { values }]) => ({ name, share: values[0]! }))
  return { share: values[0]!, controls }
}

type PlacedMask = { readonly shape: readonly number[]; readonly data: Uint8Array }

/** By picture: two panels and every run ask for the same one. */
const placed = new WeakMap<Picture, { readonly preprocessing: Preprocessing; readonly mask: PlacedMask }>()

/** The trait's mask where the network sees it, `[1, height, width]`. */
export function placedMask(picture: Picture, preprocessing: Preprocessing): PlacedMask | undefined {
  if (!picture.rendered?.mask.includes(1)) return undefined
  const known = placed.get(picture)
  if (known?.preprocessing === preprocessing) return known.mask
  const mask = place(picture.rendered.mask, picture.image, preprocessing)
  placed.set(picture, { preprocessing, mask })
  return mask
}

function place(mask: Uint8Array, { width, height }: ImageData, preprocessing: Preprocessing): PlacedMask {
  const data = new Uint8ClampedArray(width * height * 3)
  for (let i = 0; i < mask.length; i++) if (mask[i]) data.fill(255, i * 3, i * 3 + 3)
  const { size, resize, antialias } = preprocessing
  const { input } = prepareImage(
    { width, height, channels: 3, data },
    { size, resize, antialias, channelOrder: 'grey' },
  )
  return { shape: input.shape.slice(0, 3), data: Uint8Array.from(input.data, (value) => (value >= 0.5 ? 1 : 0)) }
}
