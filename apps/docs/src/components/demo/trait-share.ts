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

/** The trait's mask where the network sees it, `[1, height, width]`. */
export function placedMask({ rendered, image: { width, height } }: Picture, preprocessing: Preprocessing) {
  if (!rendered?.mask.includes(1)) return undefined
  const data = new Uint8ClampedArray(width * height * 3)
  for (let i = 0; i < data.length; i++) data[i] = rendered.mask[Math.trunc(i / 3)]! * 255
  const { size, resize, antialias } = preprocessing
  const { input } = prepareImage(
    { width, height, channels: 3, data },
    { size, resize, antialias, channelOrder: 'grey' },
  )
  return { shape: input.shape.slice(0, 3), data: Uint8Array.from(input.data, (value) => (value >= 0.5 ? 1 : 0)) }
}
