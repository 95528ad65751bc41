/** Cells that are not right, and why they stay so. */
export interface Limit {
  /** As tfjs names it. */
  readonly backend: string
  /** Ids of rows. */
  readonly rows: readonly string[]
  readonly reason: string
}

const squareOnly = ['pooling/maxPool 3 × 2, padding 1']
const narrow = 'tfjs-core computes the width of the output from the height of the window'
const tensorflowPads = "TensorFlow's kernels pad 'same' or 'valid' only"
const noKernel = 'tfjs-node has no such kernel'

export const limits: readonly Limit[] = [
  { backend: 'cpu', rows: squareOnly, reason: narrow },
  { backend: 'webgl', rows: squareOnly, reason: narrow },
  { backend: 'webgpu', rows: squareOnly, reason: narrow },
  { backend: 'cpu', rows: ['shapes/depthToSpace, channels first'], reason: 'the kernel takes channels last only' },
  { backend: 'wasm', rows: ['convolutions/conv2d, channels first'], reason: 'the backend takes channels last only' },
  {
    backend: 'tensorflow',
    rows: [
      'convolutions/conv2d, padding 1',
      'convolutions/conv2d, padding by sides',
      'convolutions/conv2d, rounded up',
      'convolutions/depthwiseConv2d, padding by sides',
      'pooling/maxPool, padding 1',
      'pooling/maxPool, padding by sides',
      'pooling/maxPool, rounded up',
      'pooling/avgPool, padding 1',
      'pooling/avgPool, rounded up',
      ...squareOnly,
    ],
    reason: tensorflowPads,
  },
  {
    backend: 'tensorflow',
    rows: ['convolutions/conv3d, dilation 2'],
    reason: 'TensorFlow dilates volumes on GPUs only',
  },
  {
    backend: 'tensorflow',
    rows: ['shapes/depthToSpace, channels first'],
    reason: 'TensorFlow takes channels last only on processors',
  },
  {
    backend: 'tensorflow',
    rows: [
      'pooling/maxPoolWithArgmax',
      'shapes/sparseSegmentSum',
      'shapes/sparseSegmentMean',
      'images/rotateWithOffset',
      'images/transform, nearest',
      'images/transform, bilinear',
    ],
    reason: noKernel,
  },
  {
    backend: 'tensorflow',
    rows: ['pooling/maxPool3d of zeros'],
    reason: 'TensorFlow gives the gradient to every tied maximum of a volume',
  },
]

/** Why a cell is not right, if that is known. */
export const limitOf = (backend: string, id: string): Limit | undefined =>
  limits.find((limit) => limit.backend === backend && limit.rows.includes(id))
