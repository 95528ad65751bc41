/**
 * The engine's tape, intercepted for the length of one synchronous pass.
 *
 * The gradient registry alone is not enough. Fused convolutions and dense layers with a linear activation become
 * custom-gradient nodes, which hide their kernel and compute the gradients of their weights whether wanted or not.
 * So `addTapeNode`, `runKernel` and `clone` are replaced on the engine for the length of the pass.
 */
import { getGradient, type Tensor } from '@tensorflow/tfjs-core'
import { batchNormGradient } from './batch-norm.ts'
import { type InnerKernel, unwrapFused } from './fused.ts'
import type { Gradients, Tape } from './tape.ts'

type GradientFunction = (dy: Tensor | Tensor[], saved: Tensor[], attrs: Record<string, unknown>) => Gradients
type Named = Record<string, Tensor>

/** The engine's inside, as of tfjs 4.22. */
export interface Engine {
  readonly state: { kernelDepth: number; gradientDepth: number; profiling: boolean }
  addTapeNode(
    kernel: string,
    inputs: Record<string, Tensor | undefined>,
    outputs: Tensor[],
    gradient: GradientFunction | null,
    saved: Tensor[],
    attrs: Record<string, unknown> | undefined,
  ): void
  runKernel(kernel: string, inputs: Record<string, Tensor>, attrs?: Record<string, unknown>): Tensor | Tensor[]
  readonly backend: { incRef(dataId: object): void }
  makeTensorFromTensorInfo(info: { dataId: object; shape: number[]; dtype: string }): Tensor
  clone(tensor: Tensor): Tensor
  keep(tensor: Tensor): Tensor
  saveTensorsForBackwardMode(tensors: (Tensor | undefined)[]): Tensor[]
  startTape(): void
  endTape(): void
}

/** Puts the engine's operations on this tape; the returned function undoes it. */
export function intercept(target: Engine, tape: Tape, observed: boolean): () => void {
  const { addTapeNode, runKernel, clone } = target
  const patched = ['addTapeNode', 'runKernel', 'clone', 'saveTensorsForBackwardMode'] as const
  const before = patched.map((name) => Object.getOwnPropertyDescriptor(target, name))
  const occurrences = new Map<string, number>()
  // By the id of a saved copy: what it is a copy of. A model that differentiates something itself computes with copies.
  const originals = new Map<number, Tensor>()
  let inner: InnerKernel[] = []

  target.runKernel = (kernel, inputs, attrs) => {
    const output = runKernel.call(target, kernel, inputs, attrs)
    // Depth 1 on the forward pass: a kernel that a custom-gradient operation runs.
    if (target.state.gradientDepth > 0 && target.state.kernelDepth === 1) {
      inner.push({ kernel, inputs, attrs: attrs ?? {}, output: Array.isArray(output) ? output[0]! : output })
    }
    return output
  }

  // What is saved for the way back shares its numbers; the engine's own way makes wasm copy them.
  const share = (tensor: Tensor): Tensor => {
    target.backend.incRef(tensor.dataId)
    return target.makeTensorFromTensorInfo({ dataId: tensor.dataId, shape: tensor.shape, dtype: tensor.dtype })
  }
  target.clone = (tensor) => {
    const copy = target.state.gradientDepth > 1 ? clone.call(target, tensor) : share(tensor)
    originals.set(copy.id, originals.get(tensor.id) ?? tensor)
    return copy
  }

  // The engine stumbles over inputs that were left out, such as the scale of a batch normalisation.
  target.saveTensorsForBackwardMode = (tensors) =>
    tensors.map((tensor) => (tensor ? target.keep(target.clone(tensor)) : (undefined as never)))

  target.addTapeNode = (kernel, allInputs, outputs, custom, saved, attrs) => {
    // The model differentiates something itself: the engine's own tape needs the node, too.
    const shared = target.state.gradientDepth > 1
    if (shared) addTapeNode.call(target, kernel, allInputs, outputs, custom, saved, attrs)
    // The engine also records the copies that it saves.
    if (target.state.kernelDepth > 0) return
    const kernels = inner
    inner = []
    const given = Object.fromEntries(Object.entries(allInputs).filter(([, tensor]) => tensor)) as Named
    const original = (named: Named): Named =>
      Object.fromEntries(Object.entries(named).map(([name, tensor]) => [name, originals.get(tensor.id) ?? tensor]))
    const inputs = original(given)
    const fused = custom ? unwrapFused(given, kernels, saved) : undefined
    const op = fused?.op ?? kernel
    const occurrence = occurrences.get(op) ?? 0
    occurrences.set(op, occurrence + 1)

    const tensors = Object.values(inputs)
    if (tensors.some(tape.isFromRows)) outputs.forEach(tape.markRows)
    const differentiable = outputs.filter((output) => output.dtype === 'float32' || output.dtype === 'complex64')
    if (!tensors.some(tape.isWatched) || differentiable.length === 0) {
      if (shared) tape.saved.push(...saved.filter(Boolean))
      else for (const tensor of saved) tensor?.dispose()
      return
    }
    differentiable.forEach(tape.watch)

    const copies: Tensor[] = []
    const copy = (tensor: Tensor) => {
      const made = target.keep(share(tensor))
      copies.push(made)
      return made
    }
    const named = fused?.inputs ?? given
    const onlyData = !Object.entries(inputs).some(([name, tensor]) => name !== 'x' && tape.isWatched(tensor))
    const normalising = kernel === 'FusedBatchNorm' && onlyData ? batchNormGradient(saved, attrs ?? {}) : undefined
    const gradFunc = (getGradient(kernel)?.gradFunc as GradientFunction | undefined) ?? custom
    tape.nodes.push({
      op,
      occurrence,
      layer: tape.layer,
      inputs: original(named),
      outputs,
      attrs: fused?.attrs ?? attrs ?? {},
      opaque: custom !== null && custom !== undefined && !fused,
      kernelShape: fused?.shape ?? outputs[0]!.shape,
      gradient:
        fused?.gradient ??
        normalising ??
        (gradFunc ? (dys) => gradFunc(dys.length > 1 ? dys : dys[0]!, saved, attrs ?? {}) : undefined),
      seen: observed
        ? {
            inputs: Object.fromEntries(Object.entries(named).map(([name, tensor]) => [name, copy(tensor)])),
            output: copy(outputs[0]!),
          }
        : undefined,
      release() {
        for (const tensor of saved) tensor?.dispose()
        for (const tensor of copies) tensor.dispose()
      },
    })
  }

  return () => {
    patched.forEach((name, i) => {
      const descriptor = before[i]
      if (descriptor) Object.defineProperty(target, name, descriptor)
      else delete (target as Partial<Engine>)[name]
    })
  }
}
