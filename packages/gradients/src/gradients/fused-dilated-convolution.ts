import { engine, FusedConv2D, FusedDepthwiseConv2D, reshape, type Tensor } from '@tensorflow/tfjs-core'
import { conv2dGradient, depthwiseConv2dGradient } from './dilated-convolution.ts'
import { sumToShape } from './sum-to-shape.ts'

type Attributes = Record<string, unknown>
type GradFunc = (dy: Tensor, saved: Tensor[]) => Tensor | Tensor[]
type CustomOperation = (...inputsAndSave: unknown[]) => { value: Tensor; gradFunc: GradFunc }

/** The engine's inside, as of tfjs 4.22. */
interface Engine {
  customGrad(operation: CustomOperation): unknown
  runKernel(kernelName: string, inputs: object, attrs?: Attributes): Tensor | Tensor[]
}

const gradients = { [FusedConv2D]: conv2dGradient, [FusedDepthwiseConv2D]: depthwiseConv2dGradient }
type Fused = keyof typeof gradients

const mended = new WeakSet<Engine['customGrad']>()

/**
 * Upstream fault: a fused convolution, as a layer without an activation runs it, brings a gradient of its own that throws where the
 * dilation is not one. No registry reaches it, so it is replaced as it is handed to the engine. Returns what undoes this, or nothing
 * where it was done before.
 */
export function mendFusedConvolutions(): (() => void) | undefined {
  const target = engine() as unknown as Engine
  const { customGrad } = target
  if (mended.has(customGrad)) return undefined
  const before = Object.getOwnPropertyDescriptor(target, 'customGrad')
  const ours: Engine['customGrad'] = (operation) =>
    customGrad.call(target, (...inputsAndSave) => {
      const { result, attrs, kernelName } = watching(target, () => operation(...inputsAndSave))
      const dilations = [attrs?.['dilations'] ?? 1].flat()
      if (!kernelName || !attrs || dilations.every((dilation) => dilation === 1)) return result
      return { value: result.value, gradFunc: (dy, saved) => gradientOf(kernelName, dy, saved, attrs) }
    })
  mended.add(ours)
  target.customGrad = ours
  return () => {
    if (target.customGrad === ours) putBack(target, 'customGrad', before)
  }
}

/** What a custom operation gives, and the linear fused convolution that it ran. */
function watching<T>(target: Engine, run: () => T): { result: T; kernelName?: Fused; attrs?: Attributes } {
  const before = Object.getOwnPropertyDescriptor(target, 'runKernel')
  const { runKernel } = target
  let seen: { kernelName: Fused; attrs: Attributes } | undefined
  target.runKernel = (name, inputs, attributes) => {
    if (name in gradients && attributes?.['activation'] === 'linear') {
      seen = { kernelName: name as Fused, attrs: attributes }
    }
    return runKernel.call(target, name, inputs, attributes)
  }
  try {
    return { result: run(), ...seen }
  } finally {
    putBack(target, 'runKernel', before)
  }
}

function putBack(target: object, name: string, before: PropertyDescriptor | undefined): void {
  if (before) Object.defineProperty(target, name, before)
  else Reflect.deleteProperty(target, name)
}

/** The saved are filter, input, output and, where there is one, bias. */
function gradientOf(kernelName: Fused, given: Tensor, saved: Tensor[], attrs: Attributes): Tensor[] {
  const [filter, x, y, bias] = saved as [Tensor, Tensor, Tensor, Tensor | undefined]
  const dy = reshape(given, y.shape)
  const plain = gradients[kernelName].gradFunc(dy, [x, filter], attrs as never)
  return [plain['x']!(), plain['filter']!(), ...(bias ? [sumToShape(dy, bias.shape)] : [])]
}
