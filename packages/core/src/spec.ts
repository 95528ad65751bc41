import type { AttributionMethod, MethodSpec } from './api.ts'
import { ExplainError } from './errors.ts'

/**
 * Makes the method that a spec describes, its inner method first: for workers, and for reading a certificate.
 * @param load Imports a module; a page gives a table of its bundled modules. The default is this package's own `import()`,
 *   which finds URLs anywhere and package names only where core sees them: `(module) => import(module)` sees your own.
 */
export async function methodFromSpec(
  spec: MethodSpec,
  load: (module: string) => Promise<unknown> = (module) => import(/* @vite-ignore */ module),
): Promise<AttributionMethod> {
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
  if (typeof factory !== 'function') {
    throw new ExplainError(
      'bad-method',
      `The module '${spec.module}' does not export '${spec.export}'.`,
      'Check the name and the version of the package.',
    )
  }
  if (!spec.inner) return factory(spec.options)
  return factory(await methodFromSpec(spec.inner, load), spec.options)
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
