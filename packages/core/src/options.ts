import type { OptionSchema } from './api.ts'
import { ExplainError } from './errors.ts'

/**
 * Checks given options against their description and fills in the defaults.
 * `undefined` counts as not given. Throws `bad-option`, naming the option, the value and what is allowed.
 */
export function resolveOptions<T extends object>(method: string, schema: OptionSchema, given: Partial<T>): T {
  const values: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    const option = schema[name]
    if (!option) {
      const known = Object.keys(schema)
      throw new ExplainError(
        'bad-option',
        `${method} has no option '${name}'.`,
        known.length > 0 ? `It has ${known.join(', ')}.` : 'It has none.',
      )
    }
    const wrong = option.list && Array.isArray(value) ? listComplaint(option, value) : complaint(option, value)
    if (wrong) throw new ExplainError('bad-option', `${method}: ${name} is ${show(value)}.`, `It must be ${wrong}.`)
    values[name] = value
  }
  for (const [name, option] of Object.entries(schema)) {
    if (!(name in values) && option.default !== undefined) values[name] = option.default
  }
  return values as T
}

function listComplaint(option: OptionSchema[string], values: readonly unknown[]): string | undefined {
  if (values.length === 0) return 'a list that is not empty'
  const wrong = values.map((value) => complaint(option, value)).find((text) => text !== undefined)
  return wrong && `a list in which each is ${wrong}`
}

function complaint(option: OptionSchema[string], value: unknown): string | undefined {
  switch (option.type) {
    case 'integer':
    case 'number': {
      const low = option.min ?? Number.NEGATIVE_INFINITY
      const high = option.max ?? Number.POSITIVE_INFINITY
      const kind = option.type === 'integer' ? Number.isInteger(value) : Number.isFinite(value)
      if (kind && (value as number) >= low && (value as number) <= high) return undefined
      const noun = option.type === 'integer' ? 'a whole number' : 'a number'
      const bounds = [
        ...(Number.isFinite(low) ? [`at least ${low}`] : []),
        ...(Number.isFinite(high) ? [`at most ${high}`] : []),
      ]
      return [noun, bounds.join(' and ')].join(' ').trim()
    }
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false'
    case 'choice':
      return option.choices?.includes(value as string) ? undefined : `one of ${option.choices?.join(', ')}`
    case 'string':
      return typeof value === 'string' ? undefined : 'a text'
    case 'layer':
      return typeof value === 'string' || (typeof value === 'object' && value !== null && 'name' in value)
        ? undefined
        : 'the name of a layer, or { name, call }'
    case 'segments':
      return option.choices?.includes(value as string) || (typeof value === 'object' && value !== null)
        ? undefined
        : `one of ${option.choices?.join(', ')}, or an array`
    case 'baseline':
      // Resolved against the inputs later; only what can never be one is refused here.
      return typeof value === 'string' || (typeof value === 'object' && value !== null)
        ? undefined
        : 'a baseline name, { value }, { blur }, { inputs }, or a list of them'
  }
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : String(JSON.stringify(value) ?? value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
