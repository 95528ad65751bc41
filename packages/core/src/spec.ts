import type { AttributionMethod, BackwardRule, MethodSpec, RuleSpec } from './api.ts'
import { ExplainError } from './errors.ts'

type Load = (module: string) => Promise<unknown>
const importHere: Load = (module) => import(/* webpackIgnore: true */ /* @vite-ignore */ module)

/**
 * Makes the method that a spec describes, its inner method first: for workers, and for reading a certificate.
 * @param load Imports a module; a page gives a table of its bundled modules. The default is this package's own `import()`,
 *   which finds URLs anywhere and package names only where core sees them: `(module) => import(module)` sees your own.
 */
export async function methodFromSpec(spec: MethodSpec, load: Load = importHere): Promise<AttributionMethod> {
  const factory = await loadFactory(spec, load)
  if (!spec.inner) return factory(spec.options) as AttributionMethod
  return factory(await methodFromSpec(spec.inner, load), spec.options) as AttributionMethod
}

/** The spec of a method with these resolved options; none where an option cannot be written as JSON, such as a given array. */
export const specOf = (module: string, name: string, options: object): MethodSpec | undefined =>
  Object.values(options).every((value) => value === undefined || isJSON(value))
    ? { module, export: name, options: { ...options } }
    : undefined

const isJSON = (value: unknown): boolean => {
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every(isJSON)
  if (typeof value === 'object' && value !== null) {
    return (
      Object.getPrototypeOf(value) === Object.prototype &&
      Object.values(value).every((one) => one === undefined || isJSON(one))
    )
  }
  return value === null || typeof value === 'string' || typeof value === 'boolean'
}

/** Makes the backward rule that a spec describes: for whoever runs the passes of a model elsewhere. */
export const ruleFromSpec = async (spec: RuleSpec): Promise<BackwardRule> =>
  (await loadFactory(spec, importHere))(spec.options) as BackwardRule

async function loadFactory(spec: RuleSpec, load: Load): Promise<(...given: unknown[]) => unknown> {
  let factory: unknown
  try {
    factory = ((await load(spec.module)) as Record<string, unknown>)[spec.export]
  } catch (cause) {
    throw new ExplainError(
      'bad-method',
      `The module '${spec.module}' cannot be loaded.`,
      'Install it, or give its full URL.',
      { cause },
    )
  }
  if (typeof factory === 'function') return factory as (...given: unknown[]) => unknown
  throw new ExplainError(
    'bad-method',
    `The module '${spec.module}' does not export '${spec.export}'.`,
    'Check the name and the version of the package.',
  )
}

/** The method's spec. Throws `not-transferable` if an option, such as a function or an array, keeps it from having one. */
export function transferableSpec(method: AttributionMethod): MethodSpec {
  if (method.spec) return method.spec
  throw new ExplainError(
    'not-transferable',
    `Method '${method.name}' has no spec, so it cannot cross to a worker.`,
    'Use options that can be written as JSON, or explain in this thread.',
  )
}
