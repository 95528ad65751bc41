/** What is read of a tfjs-converter model, by structure. */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { FinalActivation } from '../api.ts'
import { ExplainError } from '../errors.ts'
import { sigmoidOver } from './final-activation.ts'

export interface GraphNode {
  readonly name: string
  readonly op: string
  category: string
  readonly inputNames: readonly string[]
  readonly inputs: readonly GraphNode[]
  readonly children: readonly GraphNode[]
}

export interface Graph {
  readonly nodes: Readonly<Record<string, GraphNode>>
  readonly inputs: readonly GraphNode[]
  readonly outputs: readonly GraphNode[]
}

/** The part of a tfjs-converter model that is used; any `tf.GraphModel` fits. */
export interface GraphModelLike {
  readonly inputs: { name: string; shape?: number[] | undefined; dtype: string }[]
  readonly outputNodes: string[]
  execute(inputs: Record<string, Tensor>, outputs: string | string[]): Tensor | Tensor[]
}

export interface GraphInternals {
  readonly executor: { readonly graph: Graph; readonly weightMap: Record<string, Tensor[]> }
  readonly artifacts: { readonly modelTopology?: unknown }
}

/** Throws `unsupported-model` for what is no loaded GraphModel. */
export function internalsOf(model: GraphModelLike): GraphInternals {
  const internals = model as unknown as GraphInternals
  if (internals.executor?.graph?.nodes && typeof model.execute === 'function') return internals
  throw new ExplainError(
    'unsupported-model',
    'This is not a loaded GraphModel: it has no graph.',
    'Give a model of tf.loadGraphModel; for tf.loadLayersModel there is fromLayersModel.',
  )
}

// Their run is decided by values, so that `execute`, which is synchronous, refuses them.
const dynamic =
  /^(Switch|Merge|Enter|Exit|NextIteration|LoopCond|(Stateless)?(If|While|if|while)|NonMaxSuppressionV\d|Where|Unique(V2)?|HashTable(V2)?|LookupTable\w+|TensorArray\w+|TensorList\w+)$/

/** The nodes that the outputs depend on, each after what it reads. Throws `unsupported-model`, naming the node. */
export function nodesInOrder(graph: Graph): readonly GraphNode[] {
  const done = new Set<GraphNode>()
  const stack = graph.outputs.map((node) => ({ node, opened: false })).reverse()
  while (stack.length > 0) {
    const top = stack.at(-1)!
    if (done.has(top.node)) stack.pop()
    else if (top.opened) {
      stack.pop()
      done.add(top.node)
    } else {
      if (dynamic.test(top.node.op)) {
        throw new ExplainError(
          'unsupported-model',
          `The node '${top.node.name}' is a ${top.node.op}: what runs depends on values there.`,
          'Export the part of the model before it, or wrap the model with fromPredict and executeAsync.',
        )
      }
      top.opened = true
      for (const node of [...top.node.inputs].reverse()) if (!done.has(node)) stack.push({ node, opened: false })
    }
  }
  return [...done]
}

export interface GraphActivation {
  readonly activation: FinalActivation
  /** The softmax or sigmoid node. */
  readonly node: string
  /** What it reads: the logits. */
  readonly logits: string
}

/** The softmax or sigmoid that makes an output, seen through nodes that move numbers but do not change them. */
export function findGraphActivation(
  output: GraphNode,
  shape: readonly (number | null)[],
  lastAxis: (node: string) => number | null | undefined,
): GraphActivation | undefined {
  let node: GraphNode | undefined = output
  while (node && /^(Identity|Reshape|Squeeze|StopGradient)$/.test(node.op)) {
    const before: GraphNode | undefined = node.inputs[0]
    if (!before || lastAxis(before.name) !== lastAxis(node.name)) return undefined
    node = before
  }
  if (node?.op !== 'Softmax' && node?.op !== 'Sigmoid') return undefined
  return {
    activation: node.op === 'Softmax' ? 'softmax' : sigmoidOver(shape),
    node: node.name,
    logits: node.inputNames[0]!,
  }
}

/** Tells which node runs: the executor reads its `category` right before. Undone on every path. */
export function watchingNodes<T>(nodes: readonly GraphNode[], onRun: (node: GraphNode) => void, body: () => T): T {
  const categories = nodes.map((node) => node.category)
  nodes.forEach((node, i) => {
    Object.defineProperty(node, 'category', {
      configurable: true,
      enumerable: true,
      get() {
        onRun(node)
        return categories[i]
      },
    })
  })
  try {
    return body()
  } finally {
    nodes.forEach((node, i) => {
      Object.defineProperty(node, 'category', {
        configurable: true,
        enumerable: true,
        writable: true,
        value: categories[i],
      })
    })
  }
}
