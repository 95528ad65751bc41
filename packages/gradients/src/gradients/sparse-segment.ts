import {
  div,
  type GradConfig,
  gather,
  maximum,
  ones,
  reshape,
  SparseSegmentMean,
  SparseSegmentSum,
  scatterND,
  type Tensor,
  type Tensor1D,
  zeros,
} from '@tensorflow/tfjs-core'

/** Upstream fault, here and below: none. Each row gets the gradient of the segments it was added to. */
const segments = (kernelName: string, share: (dy: Tensor, segmentIds: Tensor1D) => Tensor): GradConfig => ({
  kernelName,
  inputsToSave: ['data', 'indices', 'segmentIds'],
  gradFunc: (dy, saved) => {
    const [data, indices, segmentIds] = saved as [Tensor, Tensor1D, Tensor1D]
    return {
      data: () => scatterND(reshape(indices, [-1, 1]), gather(share(dy as Tensor, segmentIds), segmentIds), data.shape),
      indices: () => zeros(indices.shape),
      segmentIds: () => zeros(segmentIds.shape),
    }
  },
})

export const sparseSegmentSumGradient = segments(SparseSegmentSum, (dy) => dy)

export const sparseSegmentMeanGradient = segments(SparseSegmentMean, (dy, segmentIds) => {
  const rows = dy.shape[0]!
  const counts = scatterND(reshape(segmentIds, [-1, 1]), ones([segmentIds.size]), [rows])
  return div(dy, reshape(maximum(counts, 1), [rows, ...dy.shape.slice(1).map(() => 1)]))
})
