import { ExplainError } from '@explainnet/core'
import { isObject, isSerialised, type JSONObject, nameOf, type Serialised } from './json.ts'
import { layerConfig } from './layer.ts'
import { checkMasked, hasMask, maskOperations } from './masks.ts'
import { connections, endpoints } from './nodes.ts'
import { collectProblems, type Problems } from './problems.ts'
import type { TensorReference } from './references.ts'

export interface Context {
  readonly problems: Problems
  /** Some names mean other things than in Keras 2. */
  readonly keras3: boolean
  /** A mask may arrive at any layer that is not told about its masks. */
  readonly masked: boolean
  /** Operations that make masks, which TensorFlow.js makes itself. */
  readonly masks: ReadonlySet<string>
  convert(layer: Serialised): Serialised
}

/**
 * The configuration of a Keras model, of Keras 2 or 3, as one of Keras 2 that TensorFlow.js reads and computes as Keras would. What
 * only a training needs is left out: initialisers, regularisers, constraints. Throws `unsupported-model`, naming all layers and
 * arguments that TensorFlow.js does not have, or `bad-file`.
 */
export function tfjsTopology(config: unknown, version?: string): Serialised {
  // A tfjs model.json has it one level deeper.
  const root = isObject(config) && isObject(config['model_config']) ? config['model_config'] : config
  if (!isSerialised(root) && !(isObject(root) && root['class_name'] === 'Sequential')) {
    throw new ExplainError(
      'bad-file',
      'The configuration is not that of a Keras model.',
      'Give what model.to_json() writes.',
    )
  }
  const said = version ?? (isObject(root) ? root['keras_version'] : undefined)
  const keras3 =
    typeof said === 'string' ? Number.parseInt(said, 10) >= 3 : JSON.stringify(root).includes('"batch_shape"')
  const problems = collectProblems()
  const converted = convert(root as Serialised, { problems, keras3, masked: hasMask(root), masks: new Set() })
  problems.raise()
  return converted
}

function convert(layer: Serialised, given: Omit<Context, 'convert'>): Serialised {
  const context: Context = { ...given, convert: (inner) => convert(inner, context) }
  if (!isModel(layer)) return layerConfig(layer, context)
  return layer.class_name === 'Sequential'
    ? sequential(layer as Serialised & JSONObject, context)
    : functional(layer, context)
}

const isModel = ({ class_name }: Serialised) => ['Sequential', 'Functional', 'Model'].includes(class_name)

function sequential({ config, build_config: built }: Serialised & JSONObject, context: Context): Serialised {
  // Keras 2.2 and before wrote the list alone.
  const given = Array.isArray(config) ? config : config['layers']
  const layers = layersOf(given).map((layer) => {
    if (context.masked) checkMasked(layer, context)
    return { ...context.convert(layer) }
  })
  const first = layers[0]
  if (first && !first.config['batch_input_shape'] && !isModel(first)) {
    const shape = config['build_input_shape'] ?? (isObject(built) ? built['input_shape'] : undefined)
    if (!Array.isArray(shape)) {
      throw new ExplainError(
        'unsupported-model',
        'The Sequential model has no input shape.',
        'Build it in Keras before saving: model.build((None, …)).',
      )
    }
    first.config = { ...first.config, batch_input_shape: [null, ...shape.slice(1)] }
  }
  return { class_name: 'Sequential', config: { name: config['name'] ?? 'sequential', layers } }
}

function functional({ config }: Serialised, outside: Context): Serialised {
  const all = layersOf(config['layers'])
  const masks = maskOperations(all)
  const context: Context = { ...outside, masks }
  const given = all.filter((layer) => !masks.has(nameOf(layer)))
  const nested = new Set(given.filter(isModel).map(nameOf))
  // Keras 2 and TensorFlow.js count a model's own making as its first call, Keras 3 does not.
  const counted = ([name, call, output]: TensorReference): TensorReference =>
    context.keras3 && nested.has(name) ? [name, call + 1, output] : [name, call, output]
  const layers = given.map((layer) => {
    const { inbound_nodes } = layer as Serialised & JSONObject
    if (context.masked && !context.keras3) checkMasked(layer, context)
    const nodes = connections(layer, inbound_nodes, context).map((tensors) => tensors.map(counted))
    return { ...context.convert(layer), name: nameOf(layer), inbound_nodes: nodes }
  })
  const names = new Set(layers.map(({ name }) => name))
  const ends = {
    input_layers: endpoints(config['input_layers']).map(counted),
    output_layers: endpoints(config['output_layers']).map(counted),
  }
  // TensorFlow.js would look for them without end.
  const asked = [
    ...layers.flatMap(({ inbound_nodes }) => inbound_nodes.flat()),
    ...ends.input_layers,
    ...ends.output_layers,
  ]
  const missing = asked.find(([name]) => !names.has(name))
  if (missing) {
    throw new ExplainError(
      'bad-file',
      `The configuration has no layer '${missing[0]}', which it reads.`,
      'Save it again.',
    )
  }
  return { class_name: 'Functional', config: { name: config['name'], layers, ...ends } }
}

function layersOf(given: unknown): Serialised[] {
  if (Array.isArray(given) && given.every(isSerialised)) return given
  throw new ExplainError('bad-file', 'The configuration of the model is damaged: its layers.', 'Save it again.')
}
