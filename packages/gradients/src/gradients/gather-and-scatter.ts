import {
  add,
  equal,
  GatherNd,
  GatherV2,
  type GatherV2Attrs,
  type GradConfig,
  gatherND,
  mul,
  ones,
  range,
  reshape,
  ScatterNd,
  SparseToDense,
  scatterND,
  sub,
  sum,
  type Tensor,
  TensorScatterUpdate,
  transpose,
  UnsortedSegmentSum,
  util,
  zeros,
} from '@tensorflow/tfjs-core'
import { upstream } from './upstream.ts'

const size = util.sizeFromShape

/**
 * Upstream faults: works only with tfjs's chained operations loaded where the batch has its own indices, is wrong for more than one
 * such axis, throws where the indices lie on the path, and needs UnsortedSegmentSum, which the cpu backend runs once for each row.
 */
export const gatherGradient: GradConfig = {
  kernelName: GatherV2,
  inputsToSave: ['x', 'indices'],
  gradFunc: (dy, saved, attrs) => {
    const [x, indices] = saved as [Tensor, Tensor]
    return {
      x: () => addBack(dy as Tensor, x.shape, indices, attrs as unknown as GatherV2Attrs),
      indices: () => zeros(indices.shape),
    }
  },
}

/** x is [batch, outer, length, inner], the indices are [batch, count] and dy is [batch, outer, count, inner]. */
function addBack(dy: Tensor, shape: number[], indices: Tensor, attrs: GatherV2Attrs): Tensor {
  const [axis] = util.parseAxisParam(attrs.axis, shape) as [number]
  const { batchDims } = attrs
  const length = shape[axis]!
  const batch = size(shape.slice(0, batchDims))
  const outer = size(shape.slice(batchDims, axis))
  const inner = size(shape.slice(axis + 1))
  const count = indices.size / batch
  const rows = add(reshape(indices, [batch, count]), rowStarts(batch, length))
  const updates = transpose(reshape(dy, [batch, outer, count, inner]), [0, 2, 1, 3])
  const sums = scatterND(
    reshape(rows, [batch * count, 1]) as Tensor,
    reshape(updates, [batch * count, outer * inner]),
    [batch * length, outer * inner],
  )
  return reshape(transpose(reshape(sums, [batch, length, outer, inner]), [0, 2, 1, 3]), shape)
}

/** [rows, 1]: where each row starts in what is laid out flat. */
export const rowStarts = (rows: number, length: number): Tensor =>
  reshape(range(0, rows * length, length, 'int32'), [rows, 1])

/** Upstream fault: none. */
export const gatherNdGradient: GradConfig = {
  kernelName: GatherNd,
  inputsToSave: ['params', 'indices'],
  gradFunc: (dy, saved) => {
    const [params, indices] = saved as [Tensor, Tensor]
    return {
      params: () => scatterND(indices, dy as Tensor, params.shape),
      indices: () => zeros(indices.shape),
    }
  },
}

/** Upstream fault: none. */
export const scatterNdGradient: GradConfig = {
  kernelName: ScatterNd,
  inputsToSave: ['indices'],
  gradFunc: (dy, [indices]) => ({
    updates: () => gatherND(dy as Tensor, indices!),
    indices: () => zeros(indices!.shape),
  }),
}

/** Upstream fault: none. Where two updates meet, both get the gradient of what stayed. */
export const tensorScatterUpdateGradient: GradConfig = {
  kernelName: TensorScatterUpdate,
  inputsToSave: ['indices', 'updates'],
  gradFunc: (dy, saved) => {
    const [indices, updates] = saved as [Tensor, Tensor]
    return {
      // Not by an update with zeros, which on the cpu backend overwrites the tensor that it is given.
      tensor: () => mul(dy as Tensor, equal(scatterND(indices, ones(updates.shape), (dy as Tensor).shape), 0)),
      updates: () => gatherND(dy as Tensor, indices),
      indices: () => zeros(indices.shape),
    }
  },
}

/** Upstream fault: none. */
export const sparseToDenseGradient: GradConfig = {
  kernelName: SparseToDense,
  inputsToSave: ['sparseIndices', 'sparseValues'],
  gradFunc: (dys, saved) => {
    const [indices, values] = saved as [Tensor, Tensor]
    const dy = dys as Tensor
    const depth = dy.rank
    const count = indices.size / depth
    const taken = () => gatherND(dy, reshape(indices, [count, depth]))
    return {
      sparseValues: () => (values.rank === 0 ? sum(taken()) : taken()),
      defaultValue: () => sub(sum(dy), sum(taken())),
      sparseIndices: () => zeros(indices.shape),
    }
  },
}

const segmentSum = upstream(UnsortedSegmentSum)

/** Upstream fault: throws where the segment of each row was computed from the input. */
export const unsortedSegmentSumGradient: GradConfig = {
  ...segmentSum,
  gradFunc: (dy, saved, attrs) => ({
    ...segmentSum.gradFunc(dy, saved, attrs),
    segmentIds: () => zeros(saved[0]!.shape),
  }),
}
