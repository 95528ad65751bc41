import type { RandomStream } from '@explainnet/core'
import { blur, jitterColour, uniformBetween } from '../photometry.ts'
import { type Picture, warp } from '../warp.ts'

/** A training picture, kept larger than the network's input so that one warp loses little. */
export interface TrainingPicture {
  /** [size · size · 3] */
  readonly pixels: Uint8Array
  readonly size: number
  /** Median colour of the original's border, 0 … 255. */
  readonly fill: readonly [number, number, number]
}

const jitter = { contrast: 0.25, brightness: 0.12, saturation: 0.4, gain: 0.1 }

/** A random view of a grain: any rotation, mirrored, nearer or farther, shifted, out of focus, in another light. */
export function augmentPollen({ pixels, size, fill }: TrainingPicture, to: number, random: RandomStream): Picture {
  const picture = warp(pixels, size, fill, to, {
    rotation: uniformBetween(random, 0, 2 * Math.PI),
    flip: random.uniform() < 0.5,
    zoom: Math.exp(uniformBetween(random, Math.log(0.75), Math.log(1.2))),
    shiftX: uniformBetween(random, -0.08, 0.08),
    shiftY: uniformBetween(random, -0.08, 0.08),
  })
  if (random.uniform() < 0.2) blur(picture, uniformBetween(random, 0.4, 1.4))
  jitterColour(picture, jitter, random)
  return picture
}
