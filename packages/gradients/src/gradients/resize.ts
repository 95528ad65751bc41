import {
  addN,
  type GradConfig,
  getBackend,
  matMul,
  mul,
  pad,
  ResizeBilinear,
  type ResizeBilinearAttrs,
  ResizeNearestNeighbor,
  reshape,
  slice,
  sum,
  type Tensor,
  tensor1d,
  tensor2d,
  transpose,
} from '@tensorflow/tfjs-core'
import { around } from './around.ts'
import { upstream } from './upstream.ts'

/** What one pixel along an axis is made of: old pixels, which may lie beyond the ends, and their weights. */
type Parts = readonly (readonly [index: number, weight: number])[]

/** Of the pixel at this position, in units of old pixels: of its centre from the edge of the first, or of the first to its own. */
type PartsAt = (position: number) => Parts

/**
 * Upstream faults: the kernels behind this gradient and the next take no heed of `halfPixelCenters`, which exported graphs have, and
 * on the cpu backend they mistake height for width. Resizing is linear, and each axis can be resized back by itself.
 */
export const resizeBilinearGradient: GradConfig = {
  kernelName: ResizeBilinear,
  inputsToSave: ['images'],
  gradFunc: (dy, saved, attrs) => {
    const options = attrs as unknown as ResizeBilinearAttrs
    if (kernelIsRight(options)) return upstream(ResizeBilinear).gradFunc(dy, saved, attrs)
    const between: PartsAt = (position) => {
      const exact = options.halfPixelCenters ? position - 0.5 : position
      const low = Math.floor(exact)
      return [
        [low, low + 1 - exact],
        [low + 1, exact - low],
      ]
    }
    return { images: () => resizedBack(dy as Tensor, saved[0]!.shape, options, between) }
  },
}

/** See {@link resizeBilinearGradient}. */
export const resizeNearestNeighborGradient: GradConfig = {
  kernelName: ResizeNearestNeighbor,
  inputsToSave: ['images'],
  gradFunc: (dy, saved, attrs) => {
    const options = attrs as unknown as ResizeBilinearAttrs
    const { shape } = saved[0]!
    const isWhole = [1, 2].every((axis) => isPeriodic(shape[axis]!, (dy as Tensor).shape[axis]!, options))
    if (kernelIsRight(options) && !isWhole) return upstream(ResizeNearestNeighbor).gradFunc(dy, saved, attrs)
    const round = options.alignCorners ? Math.round : Math.floor
    const nearest: PartsAt = (position) => [[round(position), 1]]
    return { images: () => resizedBack(dy as Tensor, shape, options, nearest) }
  },
}

/** The one of wasm is, and fast, but for copies of a whole number of pixels. */
const kernelIsRight = ({ halfPixelCenters }: ResizeBilinearAttrs) => getBackend() === 'wasm' && !halfPixelCenters

const isPeriodic = (length: number, newLength: number, { alignCorners }: ResizeBilinearAttrs) =>
  !alignCorners && newLength % length === 0

function resizedBack(dy: Tensor, shape: number[], options: ResizeBilinearAttrs, parts: PartsAt): Tensor {
  const half = options.halfPixelCenters ? 0.5 : 0
  return [1, 2].reduce((t, axis) => {
    const [length, newLength] = [shape[axis]!, t.shape[axis]!]
    const corners = options.alignCorners && newLength > 1 ? 1 : 0
    const scale = (length - corners) / (newLength - corners)
    const partsOf = (i: number) => parts(scale * (i + half))
    if (length === newLength && half === 0) return t
    return isPeriodic(length, newLength, options)
      ? byPhases(t, axis, newLength / length, partsOf)
      : byMatrix(t, axis, length, partsOf)
  }, dy)
}

/**
 * A whole number of times larger, every old pixel counts in the same way in the new pixels that lie in it, and in those of its
 * neighbours: three weighted sums, of which the outer two are shifted by one.
 */
function byPhases(t: Tensor, axis: number, factor: number, partsOf: (i: number) => Parts): Tensor {
  const { outer, length: newLength, inner } = around(t.shape, axis)
  const length = newLength / factor
  const pixels = reshape(t, [outer * length, factor * inner])
  const weighted = (offset: -1 | 0 | 1): Tensor | undefined => {
    const weights = Array.from({ length: factor }, (_, phase) =>
      partsOf(phase).reduce((sum, [index, weight]) => (index === offset ? sum + weight : sum), 0),
    )
    if (weights.every((weight) => weight === 0)) return undefined
    const same = weights.every((weight) => weight === 1)
    const row = () => tensor1d(Float32Array.from({ length: factor * inner }, (_, i) => weights[Math.floor(i / inner)]!))
    const shares = same ? pixels : mul(pixels, row())
    return reshape(sum(reshape(shares, [outer * length, factor, inner]), 1), [outer, length, inner])
  }
  const part = (cube: Tensor, from: number, size: number, at: number) =>
    pad(slice(cube, [0, from, 0], [outer, size, inner]), [
      [0, 0],
      [at, length - at - size],
      [0, 0],
    ])
  const [before, here, behind] = [weighted(-1), weighted(0), weighted(1)]
  const sums = here ? [here] : []
  // What a pixel gives to a neighbour that is not there stays with it.
  if (before) sums.push(part(before, 0, 1, 0), ...(length > 1 ? [part(before, 1, length - 1, 0)] : []))
  if (behind)
    sums.push(part(behind, length - 1, 1, length - 1), ...(length > 1 ? [part(behind, 0, length - 1, 1)] : []))
  return reshape(
    addN(sums),
    t.shape.map((size, i) => (i === axis ? length : size)),
  )
}

/** The product with the transposed matrix of the resizing. */
function byMatrix(t: Tensor, axis: number, length: number, partsOf: (i: number) => Parts): Tensor {
  const newLength = t.shape[axis]!
  const weights = new Float32Array(length * newLength)
  for (let i = 0; i < newLength; i++) {
    for (const [index, weight] of partsOf(i)) {
      weights[Math.min(length - 1, Math.max(0, index)) * newLength + i]! += weight
    }
  }
  const { outer, inner } = around(t.shape, axis)
  const front = transpose(reshape(t, [outer, newLength, inner]), [1, 0, 2])
  const product = matMul(tensor2d(weights, [length, newLength]), reshape(front, [newLength, outer * inner]))
  return reshape(
    transpose(reshape(product, [length, outer, inner]), [1, 0, 2]),
    t.shape.map((size, i) => (i === axis ? length : size)),
  )
}
