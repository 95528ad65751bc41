/** How much of a map's positive relevance lies on the planted trait, worked out beside the page's thread. */
import type { Attribution, AttributionMap, Preprocessing } from '@explainnet/core'
import type { TraitShare } from '@explainnet/viz'
import { asker } from './ask-worker.ts'
import type { Picture } from './picture.ts'

export interface TraitQuestion {
  readonly map: AttributionMap
  /** Of the picture, 1 where the trait shows. */
  readonly mask: Uint8Array
  readonly width: number
  readonly height: number
  readonly preprocessing: Preprocessing
}

export interface TraitAnswer {
  readonly trait: TraitShare
  /** The mask where the network sees it, one value a position of its input. */
  readonly outline: Uint8Array
}

let ask: ((question: TraitQuestion) => Promise<TraitAnswer>) | undefined

/** Undefined where nothing was planted, or nothing is known of it. */
export async function traitShare(
  attribution: Attribution,
  { image, rendered }: Picture,
  preprocessing: Preprocessing,
): Promise<TraitAnswer | undefined> {
  if (!rendered?.mask.includes(1)) return undefined
  ask ??= asker(new Worker(new URL('./trait-share.worker.ts', import.meta.url), { type: 'module' }))
  const map = Object.values(attribution.maps)[0]!
  return ask({ map, mask: rendered.mask, width: image.width, height: image.height, preprocessing })
}
