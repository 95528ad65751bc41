import { prepareImage } from '@explainnet/core/plain'
import { relevanceMassAccuracy } from '@explainnet/metrics'
import { answerBy } from './ask-worker.ts'
import type { TraitAnswer, TraitQuestion } from './trait-share.ts'

answerBy(({ map, ...picture }: TraitQuestion): TraitAnswer => {
  const mask = placed(picture)
  const { values, trivial } = relevanceMassAccuracy(map, mask)
  const controls = Object.entries(trivial).map(([name, { values }]) => ({ name, share: values[0]! }))
  return { trait: { share: values[0]!, controls }, outline: mask.data }
})

/** Where the network sees it, `[1, height, width]`. */
function placed({ mask, width, height, preprocessing }: Omit<TraitQuestion, 'map'>) {
  const data = new Uint8ClampedArray(width * height * 3)
  for (let i = 0; i < mask.length; i++) if (mask[i]) data.fill(255, i * 3, i * 3 + 3)
  const { size, resize, antialias } = preprocessing
  const { input } = prepareImage(
    { width, height, channels: 3, data },
    { size, resize, antialias, channelOrder: 'grey' },
  )
  return { shape: input.shape.slice(0, 3), data: Uint8Array.from(input.data, (value) => (value >= 0.5 ? 1 : 0)) }
}
