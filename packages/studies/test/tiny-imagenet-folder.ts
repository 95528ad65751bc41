import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { randomStream } from '@explainnet/core'
import { writeImage } from '@explainnet/node'
import { tinyImageNetClasses } from '../src/train/tiny-imagenet/classes.ts'

/** Noise in a colour of its own for each class, in the folders of Tiny ImageNet. */
export async function writeTinyImageNet(root: string, counts: Readonly<Record<'train' | 'val', number>>, size = 64) {
  for (const [side, count] of Object.entries(counts)) {
    for (const [label, { wnid }] of tinyImageNetClasses.entries()) {
      const folder = join(root, side, wnid)
      await mkdir(folder, { recursive: true })
      for (let i = 0; i < count; i++) {
        const random = randomStream(side === 'train' ? 0 : 1, label, i)
        const data = Uint8Array.from({ length: size * size * 3 }, (_, k) => {
          const bright = (label + 1) & (1 << (k % 3))
          return random.integer(110) + (bright ? 130 : 0)
        })
        await writeImage(join(folder, `${side}_${label}_${i}.png`), { width: size, height: size, channels: 3, data })
      }
    }
  }
}
