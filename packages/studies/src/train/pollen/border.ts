import type { RawImage } from '@explainnet/core'

/** The median colour of a picture's outermost pixels, 0 … 255. */
export function borderMedian({ width, height, data }: RawImage): [number, number, number] {
  const border: number[] = []
  for (let x = 0; x < width; x++) border.push(x, (height - 1) * width + x)
  for (let y = 1; y < height - 1; y++) border.push(y * width, y * width + width - 1)
  return [0, 1, 2].map((channel) => {
    const sorted = border.map((pixel) => data[3 * pixel + channel]!).sort((a, b) => a - b)
    const middle = sorted.length >> 1
    return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  }) as [number, number, number]
}
