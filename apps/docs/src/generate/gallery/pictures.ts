import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RawImage } from '@explainnet/core'
import { colourise, type NormalisedGrid, pixelsOf } from '@explainnet/viz'
import sharp from 'sharp'

/** Writes pictures under a folder and hands out their names there. */
export interface Pictures {
  image(name: string, image: RawImage): Promise<string>
  /** Transparent where the map is zero. */
  map(name: string, map: NormalisedGrid): Promise<string>
}

export function picturesIn(folder: string): Pictures {
  const write = async (name: string, { width, height, data }: ReturnType<typeof pixelsOf>) => {
    const file = `${name}.webp`
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await sharp(Uint8Array.from(data), { raw: { width, height, channels: 4 } })
      .webp({ quality: 84, alphaQuality: 90, effort: 4 })
      .toFile(join(folder, file))
    return file
  }
  return {
    image: (name, image) => write(name, pixelsOf(image)),
    map: (name, map) => write(name, colourise(map, { alpha: 'relevance' })),
  }
}
