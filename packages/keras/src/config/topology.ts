import { ExplainError } from '@explainnet/core'
import { isObject, isSerialised, type JSONObject, type Serialised } from './json.ts'
import { layerConfig } from './layer.ts'
import { connections, endpoints } from './nodes.ts'
import { collectProblems, type Problems } from './problems.ts'

export interface Context {
  readonly problems: Problems
  /** Some names mean other things than in Keras 2. */
  readonly keras3: boolean
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
  const context: Context = { problems, keras3, convert: (layer) => convert(layer, context) }
  const converted = convert(root as Serialised, context)
  problems.raise()
  return converted
}

function convert(layer: Serialised, context: Context): Serialised {
  if (layer.class_name === 'Sequential') return sequential(layer, context)
  if (layer.class_name === 'Functional' || layer.class_name === 'Model') return functional(layer, context)
  return layerConfig(layer, context)
}

function sequential({ config, ...rest }: Serialised, context: Context): Serialised {
  // Keras 2.2 and before wrote the list alone.
  const given = Array.isArray(config) ? config : config['layers']
  const layers = layersOf(given).map((layer) => ({ ...context.convert(layer) }))
  const first = layers[0]
  if (
    first &&
    !first.config['batch_input_shape'] &&
    first.class_name !== 'Functional' &&
    first.class_name !== 'Sequential'
  ) {
    const built = isObject((rest as JSONObject)['build_config'])
      ? (rest as unknown as { build_config: JSONObject }).build_config
      : {}
    const shape = config['build_input_shape'] ?? built['input_shape']
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

function functional({ config }: Serialised, context: Context): Serialised {
  const given = layersOf(config['layers'])
  const layers = given.map((layer) => {
    const { name = layer.config['name'], inbound_nodes } = layer as Serialised & JSONObject
    return { ...context.convert(layer), name, inbound_nodes: connections(layer, inbound_nodes, context) }
  })
  const names = new Set(layers.map(({ name }) => name))
  const ends = {
    input_layers: endpoints(config['input_layers']),
    output_layers: endpoints(config['output_layers']),
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
