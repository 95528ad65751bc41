import { engine } from '@tensorflow/tfjs-core'

interface Engine {
  runKernel: (kernel: string, inputs: object, attrs?: object) => unknown
  readonly state: { readonly numBytes: number }
}

/** Called after every kernel, while passes are measured. */
const observers = new Set<() => void>()
let stopObserving: () => void

/**
 * Runs a pass on tfjs in this thread, and tells the most bytes that its tensors took at a time. (`tf.profile` tells it too, but runs
 * kernels inside a promise: one that throws would end the process.)
 */
export async function measurePeak<T>(pass: () => Promise<T>): Promise<{ result: T; peakBytes: number }> {
  const { state } = engine() as unknown as Engine
  const before = state.numBytes
  let peak = before
  const observe = () => {
    peak = Math.max(peak, state.numBytes)
  }
  if (observers.size === 0) stopObserving = observeKernels()
  observers.add(observe)
  try {
    return { result: await pass(), peakBytes: peak - before }
  } finally {
    observers.delete(observe)
    if (observers.size === 0) stopObserving()
  }
}

function observeKernels(): () => void {
  const target = engine() as unknown as Engine
  const owned = Object.getOwnPropertyDescriptor(target, 'runKernel')
  const { runKernel } = target
  target.runKernel = (kernel, inputs, attrs) => {
    const output = runKernel.call(target, kernel, inputs, attrs)
    for (const observe of observers) observe()
    return output
  }
  return () => {
    if (owned) Object.defineProperty(target, 'runKernel', owned)
    else delete (target as Partial<Engine>).runKernel
  }
}
