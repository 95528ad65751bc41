import type { RandomStream } from '@explainnet/core'
import { jitterColour, uniformBetween } from '../photometry.ts'
import { paint, regionElsewhere } from '../pollen-sim/erase.ts'
import { type Picture, warp } from '../warp.ts'

export interface TrainingPicture {
  /** [size · size · 3] */
  readonly pixels: Uint8Array
  readonly size: number
  /** Median colour of the picture's border, 0 … 255. */
  readonly fill: readonly [number, number, number]
}

const jitter = { contrast: 0.3, brightness: 0.12, saturation: 0.4, gain: 0.08 }
const tilt = Math.PI / 12

/** A random view: mirrored, a little tilted, nearer or farther, shifted, in another light, and half of the time partly hidden. */
export function augmentPhoto({ pixels, size, fill }: TrainingPicture, random: RandomStream): Picture {
  const picture = warp(pixels, size, fill, size, {
    rotation: uniformBetween(random, -tilt, tilt),
    flip: random.uniform() < 0.5,
    zoom: Math.exp(uniformBetween(random, Math.log(0.85), Math.log(1.6))),
    shiftX: uniformBetween(random, -0.15, 0.15),
    shiftY: uniformBetween(random, -0.15, 0.15),
  })
  jitterColour(picture, jitter, random)
  if (random.uniform() < 0.5) {
    const area = Math.round(size * size * uniformBetween(random, 0.05, 0.3))
    const colour = [random.uniform(), random.uniform(), random.uniform()]
    paint(picture.data, regionElsewhere(new Uint8Array(size * size), size, area, random), colour)
  }
  return picture
}
