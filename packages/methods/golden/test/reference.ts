import {
  type AttributionMethod,
  explain,
  fromLayersModel,
  type LayeredModel,
  type NDArray,
  readSafetensors,
} from '@explainnet/core'
import { gradCam, gradCamPlusPlus, hiResCam, layerCam } from '@explainnet/grad-cam'
import { deconvnet, guidedBackprop } from '@explainnet/guided-backprop'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { readKeras } from '@explainnet/keras'
import { inputXGradient, saliency } from '@explainnet/saliency'
import { expect } from 'vitest'

/** By the names of the reference values; those of a layer are made for it. */
export const methods = {
  'saliency.signed': saliency(),
  input_x_gradient: inputXGradient(),
  'grad_cam.raw': (layer: string) => gradCam({ layer, upsample: false }),
  grad_cam_pp: (layer: string) => gradCamPlusPlus({ layer, upsample: false }),
  hires_cam: (layer: string) => hiResCam({ layer, upsample: false }),
  layer_cam: (layer: string) => layerCam({ layer, upsample: false }),
  guided_backprop: guidedBackprop(),
  deconvnet: deconvnet(),
  'integrated_gradients.gausslegendre.50': integratedGradients({ quadrature: 'gauss-legendre', steps: 50 }),
  'integrated_gradients.gausslegendre.16': integratedGradients({ quadrature: 'gauss-legendre', steps: 16 }),
  'integrated_gradients.riemann_left.50': integratedGradients({ quadrature: 'left', steps: 50 }),
  'integrated_gradients.riemann_right.50': integratedGradients({ quadrature: 'right', steps: 50 }),
  'integrated_gradients.riemann_middle.50': integratedGradients({ quadrature: 'middle', steps: 50 }),
} as const
export type Name = keyof typeof methods
export const allNames = Object.keys(methods) as readonly Name[]

/** How far values are from the reference: relative L2, largest, and the share within 1e-3 of the largest reference. */
export function distance(values: Float32Array, reference: Float32Array) {
  expect(values.length).toBe(reference.length)
  const top = reference.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
  let [squares, total, max, within] = [0, 0, 0, 0]
  values.forEach((value, i) => {
    const off = Math.abs(value - reference[i]!)
    squares += off * off
    total += reference[i]! ** 2
    max = Math.max(max, off / top)
    if (off <= 1e-3 * top) within++
  })
  return { l2: Math.sqrt(squares / total), max, within: within / values.length }
}

/** A network of the seeds, and what the reference says of it. */
export interface Seed {
  readonly model: LayeredModel
  readonly input: NDArray
  readonly tensors: ReturnType<typeof readSafetensors>['tensors']
  dispose(): void
}

/** From the bytes of a Keras file and of the reference values. */
export async function readSeed(network: Uint8Array, values: Uint8Array): Promise<Seed> {
  const { tensors } = readSafetensors(values)
  const read = await readKeras(network)
  return { model: fromLayersModel(read), input: tensors['input'] as NDArray, tensors, dispose: () => read.dispose() }
}

/** Explains the network by a method and measures how far that is from the reference. */
export async function compare({ model, input, tensors }: Seed, name: Name, layer: string) {
  const entry = methods[name]
  const method = (typeof entry === 'function' ? entry(layer) : entry) as AttributionMethod<'layers'>
  const { values, certificate } = await explain(model, input, method)
  expect(certificate.targets.map(({ index }) => index)).toEqual([...tensors['target']!.data])
  return distance(values, tensors[name]!.data as Float32Array)
}
