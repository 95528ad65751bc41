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
