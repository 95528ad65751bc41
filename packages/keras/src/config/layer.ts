import { serialization } from '@tensorflow/tfjs-core'
import { activationName } from './activation.ts'
import { isObject, isSerialised, type JSONObject, nameOf, type Serialised } from './json.ts'
import { layerTypes, withoutEffect } from './layer-types.ts'
import type { Context } from './topology.ts'

/** A layer's configuration as TensorFlow.js reads it, with the effect that it has in Keras. */
export function layerConfig(layer: Serialised, context: Context): Serialised {
  const { problems } = context
  const { config, module } = layer
  // TensorFlow 1.15 wrote versions into some names.
  const type = layer.class_name.replace(/^BatchNormalizationV[12]$/, 'BatchNormalization')
  const name = nameOf(layer)
  const isOperation = /^keras(\.src)?\.ops/.test(module ?? '')
  const known = isOperation ? undefined : layerTypes[type]
  if (!known) {
    if (isOperation) problems.layer(name, `keras.ops.${type}`)
    else if (!serialization.SerializationMap.getMap().classNameMap[type]) problems.layer(name, type)
    return { class_name: type, config: { ...config, dtype: 'float32' } }
  }
  const kept: Record<string, unknown> = { name, trainable: config['trainable'] !== false, dtype: dtypeOf(type, config) }
  for (const [key, value] of Object.entries(config)) {
    const own = key === 'batch_shape' ? 'batch_input_shape' : (known.renamed?.[key] ?? key)
    if (own === 'batch_input_shape') kept[own] = rowsUnknown(value)
    else if (known.honours.includes(own)) kept[own] = argument(own, value, name, type, context)
    // A separable convolution has two kernels, and refuses an initialiser for one.
    else if (type === 'SeparableConv2D' && own === 'kernel_initializer') continue
    else if (own.endsWith('_initializer')) kept[own] = { class_name: 'Zeros', config: {} }
    else if (withoutEffect.has(own) || /_(regularizer|constraint)$/.test(own)) continue
    else if (own === 'backward_layer') {
      if (!mirrors(value, config['layer'])) problems.argument(name, type, 'a backward_layer of its own')
    } else if (known.only?.[own]) {
      if (!known.only[own].some((one) => JSON.stringify(one) === JSON.stringify(value)))
        problems.argument(name, type, `${own} = ${JSON.stringify(value)}`)
    } else if (value !== null && value !== false) problems.argument(name, type, `${own} = ${JSON.stringify(value)}`)
  }
  return { class_name: known.standsIn?.(config) ?? type, config: kept }
}

function argument(key: string, value: unknown, name: string, type: string, context: Context): unknown {
  if (key === 'activation' || key === 'recurrent_activation') {
    const activation = activationName(value, context.keras3)
    if ('name' in activation) return activation.name
    context.problems.argument(name, type, `${key} = ${activation.unknown}`)
    return 'linear'
  }
  // Keras 2 wrote lists of one after building.
  if (key === 'axis' && type === 'BatchNormalization' && Array.isArray(value) && value.length === 1) return value[0]
  if (key === 'padding' && value === 'causal') context.problems.argument(name, type, "padding = 'causal'")
  if (key === 'interpolation' && value !== 'nearest' && value !== 'bilinear') {
    context.problems.argument(name, type, `interpolation = ${value}`)
  }
  if (key === 'layer' || key === 'cell') return isSerialised(value) ? context.convert(value) : value
  if (key === 'cells') return Array.isArray(value) ? value.map((one) => context.convert(one as Serialised)) : value
  return value
}

/** Whether two layers differ in nothing but their direction. */
function mirrors(backward: unknown, forward: unknown): boolean {
  const own = new Set(['name', 'go_backwards', 'shared_object_id'])
  const [one, other] = [backward, forward].map((layer) =>
    JSON.stringify(layer, (key, value) => (own.has(key) ? undefined : value)),
  )
  return one === other
}

/** Of the inputs only: weights and values are 32-bit floats here, whatever the policy was. */
function dtypeOf(type: string, { dtype }: JSONObject): string {
  const name = isObject(dtype) && isObject(dtype['config']) ? dtype['config']['name'] : dtype
  return type === 'InputLayer' && /^u?int|^bool/.test(String(name)) ? 'int32' : 'float32'
}

const rowsUnknown = (shape: unknown) => (Array.isArray(shape) ? [null, ...shape.slice(1)] : shape)
