import { ExplainError } from '@explainnet/core'
import { tensor, tidy } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'
import type { StoredArray } from '../hdf5.ts'

export type Variable = layers.Layer['weights'][number]

/** What a file holds for a layer, and where in the network it belongs. */
export interface Assignment {
  /** The layer, `outer/inner` in nested models. */
  readonly layer: string
  readonly variables: readonly Variable[]
  readonly arrays: readonly StoredArray[]
}

/** Writes the weights. Throws `bad-file` with the layer and both shapes if any does not fit, and has then written none. */
export function assign(assignments: readonly Assignment[]): void {
  for (const { layer, variables, arrays } of assignments) {
    if (arrays.some(({ shape, data }) => data.length !== shape.reduce((product, side) => product * side, 1))) {
      throw new ExplainError('bad-file', `The weights of '${layer}' are damaged.`, 'Copy or save the file again.')
    }
    const shapes = arrays.map(({ shape }) => shown(shape))
    const wanted = variables.map(({ shape }) => shown(shape))
    if (shapes.length !== wanted.length) {
      throw misfit(`of '${layer}' the file holds ${list(shapes)}, the architecture wants ${list(wanted)}`)
    }
    const i = shapes.findIndex((shape, i) => shape !== wanted[i])
    if (i >= 0) {
      const { originalName } = variables[i]!
      const weight = originalName.slice(originalName.lastIndexOf('/') + 1)
      throw misfit(`${weight} of '${layer}' is ${shapes[i]} in the file, ${wanted[i]} in the architecture`)
    }
  }
  tidy(() => {
    for (const { variables, arrays } of assignments) {
      for (const [i, { data, shape }] of arrays.entries()) variables[i]!.write(tensor(data, [...shape]))
    }
  })
}

export const misfit = (what: string) =>
  new ExplainError(
    'bad-file',
    `The weights do not fit the architecture: ${what}.`,
    'Give the architecture that they were trained with.',
  )

const shown = (shape: readonly (number | null)[]) => `[${shape.join(', ')}]`
const list = (shapes: readonly string[]) =>
  shapes.length === 0 ? 'no weights' : `${shapes.length} weight${shapes.length === 1 ? '' : 's'} ${shapes.join(' ')}`
