import * as tf from '@tensorflow/tfjs-core'

/** Runs a pass on tfjs in this thread, and tells the most bytes that its tensors took at a time. */
export async function measurePeak<T>(pass: () => Promise<T>): Promise<{ result: T; peakBytes: number }> {
  const before = tf.memory().numBytes
  let result: T | undefined
  const profile = await tf.profile(async () => {
    result = await pass()
    return [] as unknown as tf.TensorContainer
  })
  const peak = profile.kernels.length > 0 ? profile.peakBytes : before
  return { result: result as T, peakBytes: Math.max(0, peak - before) }
}
