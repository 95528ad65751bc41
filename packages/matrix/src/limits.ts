/** Cells that are not right, and why they stay so. */
export interface Limit {
  /** As tfjs names it. */
  readonly backend: string
  /** Ids of rows. */
  readonly rows: readonly string[]
  readonly reason: string
}

export const limits: readonly Limit[] = [
  { backend: 'cpu', rows: ['shapes/depthToSpace, channels first'], reason: 'the kernel takes channels last only' },
  { backend: 'wasm', rows: ['convolutions/conv2d, channels first'], reason: 'the backend takes channels last only' },
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
    reason: 'tfjs-node has no such kernel',
  },
]

/** Why a cell is not right, if that is known. */
export const limitOf = (backend: string, id: string): Limit | undefined =>
  limits.find((limit) => limit.backend === backend && limit.rows.includes(id))
