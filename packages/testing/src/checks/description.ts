import { type AttributionMethod, apiVersion, resolveOptions } from '@explainnet/core'
import type { Bench } from '../bench.ts'
import { type Check, check, demand } from '../check.ts'
import { errorOf } from '../errors.ts'

const needs = ['predictions', 'gradients', 'layers']

export function descriptionChecks(bench: Bench): Check[] {
  const { method, fixtures } = bench
  const { factory } = fixtures
  return [
    check('description', 'describes itself: contract version, name, needs, options and a spec that is JSON', () => {
      demand(method.apiVersion === apiVersion, `apiVersion is ${method.apiVersion}, not ${apiVersion}.`)
      demand(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(method.name), `The name '${method.name}' is not in kebab case.`)
      demand(needs.includes(method.needs), `needs is '${method.needs}', not one of ${needs.join(', ')}.`)
      demand(typeof method.deterministic === 'boolean', 'deterministic is not true or false.')
      describeOptions(method)
      if (!method.spec) return
      const there = JSON.stringify(method.spec)
      const back = JSON.parse(there)
      for (const [name, value] of Object.entries(method.spec.options)) {
        demand(
          value === undefined || isDeepEqual(value, back.options[name]),
          `The spec's option '${name}' does not survive JSON; leave spec out then.`,
        )
        demand(name in method.options, `The spec has option '${name}', which options do not describe.`)
      }
    }),
    check(
      'options',
      'refuses unknown options, wrong types and numbers out of range, and fills in the defaults it describes',
      () => {
        refuse(factory!, { 'no-such-option': 1 })
        for (const [name, { type, min, max, default: preset }] of Object.entries(method.options)) {
          refuse(factory!, { [name]: type === 'string' || type === 'choice' ? 7 : null })
          if (type === 'choice') refuse(factory!, { [name]: 'no such choice' })
          if (type === 'number' || type === 'integer') {
            refuse(factory!, { [name]: Number.NaN })
            const step = type === 'integer' ? 1 : 1e-3 * Math.max(1, Math.abs(min ?? max ?? 0))
            if (min !== undefined) refuse(factory!, { [name]: min - step })
            if (max !== undefined) refuse(factory!, { [name]: max + step })
          }
          if (type === 'integer') refuse(factory!, { [name]: (min ?? 0) + 0.5 })
          const resolved = factory!({} as never).spec?.options
          if (resolved && preset !== undefined) {
            demand(
              JSON.stringify(resolved[name]) === JSON.stringify(preset),
              `Option '${name}' is ${JSON.stringify(resolved[name])} by default, and described as ${JSON.stringify(preset)}.`,
            )
          }
        }
      },
      !factory && 'the fixtures give no factory',
    ),
  ]
}

function isDeepEqual(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return Object.is(a, b)
  return Object.entries(a).every(([name, part]) => part === undefined || isDeepEqual(part, b[name as keyof typeof b]))
}

function describeOptions(method: AttributionMethod): void {
  for (const [name, option] of Object.entries(method.options)) {
    demand(option.text?.length > 0, `Option '${name}' has no text.`)
    demand(option.type !== 'choice' || (option.choices?.length ?? 0) > 0, `Option '${name}' has no choices.`)
    if (option.default !== undefined) resolveOptions(method.name, method.options, { [name]: option.default })
  }
}

function refuse(factory: (options: never) => AttributionMethod, options: Record<string, unknown>) {
  let thrown: unknown
  try {
    factory(options as never)
  } catch (error) {
    thrown = error
  }
  const text = `{ ${Object.entries(options).map(([name, value]) => `${name}: ${value}`)} }`
  demand(thrown !== undefined, `Options ${text} were accepted.`)
  demand(errorOf(thrown) === 'bad-option', `Options ${text} gave ${thrown} instead of an ExplainError 'bad-option'.`)
}
