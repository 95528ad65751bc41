import { type Tensor, tidy, zeros } from '@tensorflow/tfjs-core'
import type { LayerInfo, TensorSpec } from '../api.ts'
import type { GraphModelLike, GraphNode } from './graph-nodes.ts'

export interface GraphShapes {
  /** Of every node that could be run, with the two rows of the dry run. */
  readonly shapes: ReadonlyMap<string, { readonly shape: readonly number[]; readonly dtype: string }>
  /** Whether sides were unknown, so that the shapes tell ranks only. */
  readonly guessed: boolean
}

// Two rows, so that an axis that holds the batch shows.
const rows = 2
const guess = 224

/** Runs the graph once on two rows of zeros, and looks at the shape of every node. Unknown sides are taken as 224. */
export function dryRun(model: GraphModelLike, specs: readonly TensorSpec[], nodes: readonly GraphNode[]): GraphShapes {
  const guessed = specs.some(({ shape }) => shape.slice(1).includes(null))
  const names = nodes.map((node) => node.name)
  const shapes = tidy(() => {
    const feeds = Object.fromEntries(
      specs.map(({ name, shape, dtype }): [string, Tensor] => [
        name,
        zeros([rows, ...shape.slice(1).map((side) => side ?? guess)], dtype),
      ]),
    )
    const found = model.execute(feeds, names) as Tensor[]
    return found.map(({ shape, dtype }) => ({ shape, dtype }))
  })
  return { shapes: new Map(names.map((name, i) => [name, shapes[i]!])), guessed }
}

/** The nodes that hold one floating-point array a row, as layers. */
export function describeNodes(nodes: readonly GraphNode[], { shapes, guessed }: GraphShapes): readonly LayerInfo[] {
  const layers = nodes.filter((node) => {
    const found = shapes.get(node.name)
    return found?.shape[0] === rows && (found.dtype === 'float32' || node.op === 'Placeholder') && node.op !== 'Const'
  })
  const names = new Set(layers.map((node) => node.name))
  return layers.map((node) => {
    const { shape } = shapes.get(node.name)!
    const spatial = shape.length > 2
    const sides = shape.slice(1).map((side, i) => (guessed && spatial && i < shape.length - 2 ? null : side))
    return {
      name: node.name,
      type: node.op,
      shape: [null, ...sides],
      calls: 1,
      spatial,
      from: [...new Set(node.inputs.map((input) => input.name))].filter((name) => names.has(name)),
    }
  })
}
