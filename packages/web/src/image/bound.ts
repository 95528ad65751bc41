/** 4096 × 4096: the largest canvas that every phone has; its pixels take 64 MB. */
export const mostPixels = 2 ** 24

export interface Size {
  readonly width: number
  readonly height: number
}

/** The size that a picture is scaled down to, keeping its shape; undefined where it has no more pixels than `most`. */
export function fitting({ width, height }: Size, most: number): Size | undefined {
  if (width * height <= most) return undefined
  const scale = Math.sqrt(most / (width * height))
  return { width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale)) }
}
