import {
  type GradConfig,
  matMul,
  ResizeBilinear,
  type ResizeBilinearAttrs,
  ResizeNearestNeighbor,
  reshape,
  sum,
  type Tensor,
  tensor2d,
  transpose,
} from '@tensorflow/tfjs-core'

type Source = (position: number, length: number) => readonly (readonly [index: number, weight: number])[]

/**
 * Upstream faults: the kernels behind this gradient and the next take no heed of `halfPixelCenters`, which exported graphs have, and
 * on the cpu backend they mistake height for width. Resizing is linear, and first by rows and then by columns: its gradient is the
 * product with both transposed matrices.
 */
export const resizeBilinearGradient: GradConfig = {
  kernelName: ResizeBilinear,
  inputsToSave: ['images'],
  gradFunc: (dy, [images], attrs) => {
    const options = attrs as unknown as ResizeBilinearAttrs
    const shift = options.halfPixelCenters ? 0.5 : 0
    const source: Source = (position, length) => {
      const exact = position - shift
      const low = Math.floor(exact)
      const clamp = (index: number) => Math.min(length - 1, Math.max(0, index))
      return [
        [clamp(low), low + 1 - exact],
        [clamp(low + 1), exact - low],
      ]
    }
    return { images: () => transposed(dy as Tensor, images!.shape, options, source) }
  },
}

/** See {@link resizeBilinearGradient}. A whole number of times larger, the copies of each pixel are added up. */
export const resizeNearestNeighborGradient: GradConfig = {
  kernelName: ResizeNearestNeighbor,
  inputsToSave: ['images'],
  gradFunc: (dys, [images], attrs) => {
    const options = attrs as unknown as ResizeBilinearAttrs
    const dy = dys as Tensor
    const round = options.alignCorners ? Math.round : Math.floor
    const source: Source = (position, length) => [[Math.min(length - 1, round(position)), 1]]
    const [n, height, width, channels] = images!.shape as [number, number, number, number]
    const down = dy.shape[1]! / height
    const across = dy.shape[2]! / width
    return {
      images: () => {
        if (options.alignCorners || !Number.isInteger(down) || !Number.isInteger(across)) {
          return transposed(dy, images!.shape, options, source)
        }
        const rows = sum(reshape(dy, [n * height, down, width * across * channels]), 1)
        return reshape(sum(reshape(rows, [n * height * width, across, channels]), 1), images!.shape)
      },
    }
  },
}

/** The axes take turns in front, where a matrix product reaches them. */
function transposed(dy: Tensor, shape: number[], options: ResizeBilinearAttrs, source: Source): Tensor {
  const [n, height, width, channels] = shape as [number, number, number, number]
  const [, newHeight, newWidth] = dy.shape as [number, number, number, number]
  const { alignCorners, halfPixelCenters } = options
  const along = (length: number, newLength: number) => {
    const corners = alignCorners && newLength > 1 ? 1 : 0
    const scale = (length - corners) / (newLength - corners)
    return matrix(length, newLength, (i) => source(scale * (halfPixelCenters ? i + 0.5 : i), length))
  }
  const first = transpose(dy, [1, 2, 0, 3])
  const rows = matMul(along(height, newHeight), reshape(first, [newHeight, newWidth * n * channels]))
  const second = transpose(reshape(rows, [height, newWidth, n, channels]), [1, 2, 0, 3])
  const both = matMul(along(width, newWidth), reshape(second, [newWidth, n * height * channels]))
  return transpose(reshape(both, [width, n, height, channels]), [1, 2, 0, 3])
}

/** [length, newLength]: how much each old pixel counts in each new one. */
function matrix(length: number, newLength: number, sourceOf: (i: number) => ReturnType<Source>): Tensor {
  const weights = new Float32Array(length * newLength)
  for (let i = 0; i < newLength; i++) {
    for (const [index, weight] of sourceOf(i)) weights[index * newLength + i]! += weight
  }
  return tensor2d(weights, [length, newLength])
}
