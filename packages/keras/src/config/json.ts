/** JSON of another program: nothing about it is certain. */
export type JSONObject = { readonly [key: string]: unknown }

export const isObject = (value: unknown): value is JSONObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Keras writes what it can make again as `{ class_name, config }`, in Keras 3 with the module it comes from. */
export interface Serialised {
  readonly class_name: string
  readonly module?: string | undefined
  readonly config: JSONObject
}

export const isSerialised = (value: unknown): value is Serialised =>
  isObject(value) && typeof value['class_name'] === 'string' && isObject(value['config'])

/** A layer's own name; operations of Keras 3 have it beside their configuration only. */
export const nameOf = (layer: Serialised): string =>
  String((layer as Serialised & JSONObject)['name'] ?? layer.config['name'])
