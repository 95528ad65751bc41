import { isObject, type JSONObject, nameOf, type Serialised } from './json.ts'
import { references } from './references.ts'
import type { Context } from './topology.ts'

/** Whether rows of unequal length are told apart by a mask somewhere. */
export const hasMask = (root: unknown): boolean => /"class_name":"Masking"|"mask_zero":true/.test(JSON.stringify(root))

/**
 * Keras 3 writes the making of masks down as operations between layers. TensorFlow.js makes those of Masking and Embedding itself: the
 * names of the operations that it can do without, `not_equal(x, value)` of the x that such a layer reads, and `any` of that.
 */
export function maskOperations(layers: readonly Serialised[]): ReadonlySet<string> {
  const masked = new Set(
    layers
      .filter(({ class_name, config }) => class_name === 'Masking' || config['mask_zero'] === true)
      .flatMap((layer) => references((layer as Serialised & JSONObject)['inbound_nodes']).map(String)),
  )
  const found = new Set<string>()
  for (const layer of layers) {
    const { class_name, module = '', inbound_nodes } = layer as Serialised & { inbound_nodes?: unknown }
    if (!module.includes('.ops.')) continue
    const reads = references(inbound_nodes)
    const ofMasked = class_name === 'NotEqual' && reads.length === 1 && masked.has(String(reads[0]))
    const ofMask = class_name === 'Any' && reads.length === 1 && found.has(reads[0]![0])
    if (ofMasked || ofMask) found.add(nameOf(layer))
  }
  return found
}

const recurrent = /^(SimpleRNN|LSTM|GRU|ConvLSTM2D|RNN|Bidirectional)$/

/** Names a layer for which a mask changes something that TensorFlow.js leaves as it is. */
export function checkMasked(layer: Serialised, { problems }: Context): void {
  const { class_name: type, config } = layer
  const name = String(config['name'])
  if (recurrent.test(type)) {
    const inner = isObject(config['layer']) ? config['layer'] : layer
    const zeros = /"zero_output_for_mask":true/.test(JSON.stringify(inner))
    if (zeros) problems.argument(name, type, 'zeros where the mask is')
  } else if (/^(GlobalAveragePooling1D|Softmax|TimeDistributed)$/.test(type)) problems.argument(name, type, 'a mask')
  else if (type === 'Functional' || type === 'Sequential') problems.argument(name, type, 'a mask from outside')
}
