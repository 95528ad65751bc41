import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayeredModel, LayerInfo, NamedTensors, Space, TensorSpec } from '../api.ts'
import { ExplainError } from '../errors.ts'
import { guessAxes } from './axes.ts'
import { activationByCard, applyActivation } from './final-activation.ts'
import { fingerprintOf } from './fingerprint.ts'
import { copyGraph } from './graph-copy.ts'
import { describeNodes, dryRun } from './graph-layers.ts'
import { findGraphActivation, type GraphModelLike, internalsOf, nodesInOrder, watchingNodes } from './graph-nodes.ts'
import { parametersOf } from './graph-parameters.ts'
import { resolveLayer } from './layer-ref.ts'
import type { AdapterOptions } from './layers-model.ts'
import { refuseSecondCopy } from './one-copy.ts'
import { differentiate, runPass } from './pass.ts'
import { passesOf } from './passes.ts'
import type { Tape } from './tape.ts'

/**
 * A tfjs-converter model (TensorFlow, PyTorch by way of ONNX, TF Hub), differentiated through `execute`, fused
 * operations included. Its layers are its nodes; a dry run on two rows of zeros finds their shapes. Inputs and outputs
 * go by the names of their nodes.
 *
 * A Softmax or Sigmoid node that makes an output, also through Identity, Reshape and Squeeze, is left out for
 * `space: 'logit'`; `finalActivation` is that of the first output, or by the card as in `fromLayersModel`.
 *
 * `layerScoreAndGradient` runs the graph up to the layer, and on from there: what by-passes the layer runs a second time.
 * Errors: `unsupported-model` (control flow, unknown rank, fixed batch size), and as `fromLayersModel`.
 */
export function fromGraphModel(model: GraphModelLike, options: AdapterOptions = {}): LayeredModel {
  const { executor, artifacts } = internalsOf(model)
  const { graph, weightMap } = executor
  refuseSecondCopy(Object.values(weightMap)[0]?.[0])
  const nodes = nodesInOrder(graph)
  const computed = nodes.filter((node) => !weightMap[node.name])
  const inputs = model.inputs.map((input) => inputSpec(input, options))
  const found = dryRun(model, inputs, computed)
  const infos = describeNodes(computed, found)
  const outputNames = graph.outputs.map((node) => node.name)
  const outputs = outputNames.map((name) => outputSpec(name, infos, found.shapes.get(name)!.shape, options))
  const activations = graph.outputs.map((node, i) =>
    findGraphActivation(node, outputs[i]!.shape, (name) => found.shapes.get(name)?.shape.at(-1)),
  )
  const byCard = activations[0] ? 'none' : activationByCard(options.card, outputs[0]!.shape)
  let fingerprint: Promise<string> | undefined

  const execute = (feeds: NamedTensors, names: string[]): Tensor[] => {
    if (names.length === 0) return []
    const given = model.execute(feeds, names)
    return Array.isArray(given) ? given : [given]
  }

  const forward = (feeds: NamedTensors, space: Space): NamedTensors => {
    if (space === 'probability') {
      const list = execute(feeds, outputNames)
      return named(outputNames, [applyActivation(list[0]!, byCard), ...list.slice(1)])
    }
    const list = execute(
      feeds,
      outputNames.map((name, i) => activations[i]?.logits ?? name),
    )
    // The logits stand in for the activation's node, so that what follows it, such as a Reshape, still runs.
    const moved: NamedTensors = {}
    activations.forEach((activation, i) => {
      if (activation && activation.node !== outputNames[i]) moved[activation.node] = list[i]!
    })
    const late = outputNames.filter((name, i) => activations[i] && activations[i].node !== name)
    const rest = execute({ ...feeds, ...moved }, late)
    return { ...named(outputNames, list), ...named(late, rest) }
  }

  const onTape = (feeds: NamedTensors, space: Space, tape: Tape): NamedTensors =>
    watchingNodes(
      computed,
      (node) => {
        tape.layer = { name: node.name, call: 0 }
      },
      () => forward(feeds, space),
    )

  return {
    kind: 'graph',
    inputs,
    outputs,
    finalActivation: activations[0]?.activation ?? byCard,
    card: options.card,
    spec: options.spec,
    layers: () => infos,
    ...passesOf(inputs, (feeds, space, tape) => (tape ? onTape(feeds, space, tape) : forward(feeds, space))),
    async activation(arrays, layer) {
      const { name } = resolveLayer(infos, layer)
      const { at } = await runPass(inputs, arrays, (tensors) => ({ at: tensors[name] ?? execute(tensors, [name])[0]! }))
      return at
    },
    async layerScoreAndGradient(arrays, score, layer, gradientOptions) {
      const { name } = resolveLayer(infos, layer)
      let at: Tensor | undefined
      const { scores, gradients, also } = await differentiate(
        {
          specs: inputs,
          inputs: arrays,
          score,
          options: gradientOptions,
          forward(tensors, tape) {
            at = tensors[name] ?? execute(tensors, [name])[0]!
            tape.watch(at)
            return onTape({ ...tensors, [name]: at }, score.space, tape)
          },
        },
        () => ({ by: { at: at! }, also: { activation: at! } }),
        false,
      )
      return { scores, activation: also['activation']!, gradient: gradients['at']! }
    },
    parameters: () =>
      parametersOf(nodes, weightMap, () => {
        fingerprint = undefined
      }),
    copy() {
      const { copied, dispose } = copyGraph(model)
      // What the copy becomes cannot be loaded from where the model was.
      return { ...fromGraphModel(copied, { ...options, spec: undefined }), dispose }
    },
    fingerprint() {
      fingerprint ??= fingerprintOf(
        artifacts.modelTopology,
        Object.keys(weightMap)
          .sort()
          .flatMap((name) => weightMap[name]!),
      )
      return fingerprint
    },
  }
}

const named = (names: readonly string[], tensors: readonly Tensor[]): NamedTensors =>
  Object.fromEntries(names.map((name, i): [string, Tensor] => [name, tensors[i]!]))

function inputSpec({ name, shape, dtype }: GraphModelLike['inputs'][number], options: AdapterOptions): TensorSpec {
  const axes = options.axes?.[name]
  const sides = shape ?? axes?.map(() => -1)
  if (!sides || sides.length === 0 || sides[0]! > 0) {
    throw new ExplainError(
      'unsupported-model',
      sides?.length ? `Input '${name}' wants exactly ${sides[0]} rows.` : `Input '${name}' is of unknown rank.`,
      sides?.length ? 'Export the model with an open batch size.' : 'Name its axes in the option `axes`.',
    )
  }
  if (dtype === 'string' || dtype === 'bool') {
    throw new ExplainError('unsupported-model', `Input '${name}' is a ${dtype}.`, 'Export the part that takes numbers.')
  }
  return {
    name,
    shape: [null, ...sides.slice(1).map((side) => (side < 0 ? null : side))],
    dtype: dtype === 'int32' ? 'int32' : 'float32',
    axes: axes ?? guessAxes(sides.length),
  }
}

function outputSpec(
  name: string,
  infos: readonly LayerInfo[],
  ran: readonly number[],
  options: AdapterOptions,
): TensorSpec {
  const shape = infos.find((info) => info.name === name)?.shape ?? [null, ...ran.slice(1)]
  return { name, shape, dtype: 'float32', axes: options.axes?.[name] ?? guessAxes(shape.length) }
}
