import { type Array64, build, valueAt } from './array.ts'
import type { ReferenceKernels } from './kernel.ts'

/** The pixel at a whole position, or `fill` outside. */
const pixel = (x: Array64, n: number, row: number, column: number, c: number, fill: number): number => {
  const inside = row >= 0 && row < x.shape[1]! && column >= 0 && column < x.shape[2]!
  return inside ? valueAt(x, [n, row, column, c]) : fill
}

/** Between four pixels, weighted by nearness. */
function between(x: Array64, n: number, row: number, column: number, c: number, fill: number): number {
  const [top, left] = [Math.floor(row), Math.floor(column)]
  const [down, right] = [row - top, column - left]
  // A neighbour of no weight may lie outside.
  const part = (weight: number, r: number, q: number) => (weight === 0 ? 0 : weight * pixel(x, n, r, q, c, fill))
  return (
    part((1 - down) * (1 - right), top, left) +
    part((1 - down) * right, top, left + 1) +
    part(down * (1 - right), top + 1, left) +
    part(down * right, top + 1, left + 1)
  )
}

const clamp = (value: number, high: number) => Math.min(Math.max(value, 0), high)

/** Where in an axis of `from` pixels the pixel `i` of `to` comes from. */
function origin(i: number, from: number, to: number, alignCorners: boolean, halfPixelCenters: boolean): number {
  if (alignCorners && to > 1) return (i * (from - 1)) / (to - 1)
  return halfPixelCenters ? ((i + 0.5) * from) / to - 0.5 : (i * from) / to
}

export const images: ReferenceKernels = {
  CropAndResize: ({ image, boxes, boxInd }, { cropSize, method, extrapolationValue }) => {
    const [height, width] = [image!.shape[1]!, image!.shape[2]!]
    const along = (box: number, axis: number, i: number, from: number, to: number) => {
      const [low, high] = [valueAt(boxes!, [box, axis]), valueAt(boxes!, [box, axis + 2])]
      return to > 1 ? (low + ((high - low) * i) / (to - 1)) * (from - 1) : 0.5 * (low + high) * (from - 1)
    }
    return build([boxes!.shape[0]!, ...cropSize, image!.shape[3]!], ([box, r, q, c]) => {
      const row = along(box!, 0, r!, height, cropSize[0])
      const column = along(box!, 1, q!, width, cropSize[1])
      if (row < 0 || row > height - 1 || column < 0 || column > width - 1) return extrapolationValue
      const n = boxInd!.values[box!]!
      return method === 'bilinear'
        ? between(image!, n, row, column, c!, 0)
        : pixel(image!, n, Math.round(row), Math.round(column), c!, 0)
    })
  },
  FlipLeftRight: ({ image }) => build(image!.shape, (at) => valueAt(image!, at.with(2, image!.shape[2]! - 1 - at[2]!))),
  ResizeBilinear: ({ images: x }, { size, alignCorners, halfPixelCenters }) => {
    const [height, width] = [x!.shape[1]!, x!.shape[2]!]
    return build([x!.shape[0]!, ...size, x!.shape[3]!], ([n, r, q, c]) => {
      const row = clamp(origin(r!, height, size[0], alignCorners, halfPixelCenters), height - 1)
      const column = clamp(origin(q!, width, size[1], alignCorners, halfPixelCenters), width - 1)
      return between(x!, n!, row, column, c!, 0)
    })
  },
  ResizeNearestNeighbor: ({ images: x }, { size, alignCorners, halfPixelCenters }) => {
    const nearest = (i: number, from: number, to: number) => {
      const at = origin(i, from, to, alignCorners, halfPixelCenters)
      // With centres at halves the pixel that holds the point; TensorFlow rounds corners away from zero.
      const whole = alignCorners ? Math.round(at) : Math.floor(halfPixelCenters ? at + 0.5 : at)
      return clamp(whole, from - 1)
    }
    return build([x!.shape[0]!, ...size, x!.shape[3]!], ([n, r, q, c]) =>
      valueAt(x!, [n!, nearest(r!, x!.shape[1]!, size[0]), nearest(q!, x!.shape[2]!, size[1]), c!]),
    )
  },
  RotateWithOffset: ({ image }, { radians, fillValue, center }) => {
    const [, height, width] = image!.shape as [number, number, number]
    const [share0, share1] = typeof center === 'number' ? [center, center] : center
    const [cx, cy] = [width * share0, height * share1]
    return build(image!.shape, ([n, r, q, c]) => {
      const [x, y] = [q! - cx, r! - cy]
      const column = Math.round(x * Math.cos(radians) - y * Math.sin(radians) + cx)
      const row = Math.round(x * Math.sin(radians) + y * Math.cos(radians) + cy)
      return pixel(image!, n!, row, column, c!, typeof fillValue === 'number' ? fillValue : fillValue[c!]!)
    })
  },
  Transform: ({ image, transforms }, { interpolation, fillMode, fillValue, outputShape }) => {
    if (fillMode !== 'constant') throw new Error(`The reference fills by a constant, not by '${fillMode}'.`)
    const [rows, columns] = outputShape ?? image!.shape.slice(1, 3)
    return build([image!.shape[0]!, rows, columns, image!.shape[3]!], ([n, y, x, c]) => {
      const [a0, a1, a2, b0, b1, b2, c0, c1] = Array.from({ length: 8 }, (_, i) => valueAt(transforms!, [n!, i]))
      const k = c0! * x! + c1! * y! + 1
      const column = (a0! * x! + a1! * y! + a2!) / k
      const row = (b0! * x! + b1! * y! + b2!) / k
      return interpolation === 'bilinear'
        ? between(image!, n!, row, column, c!, fillValue)
        : pixel(image!, n!, Math.round(row), Math.round(column), c!, fillValue)
    })
  },
}
