import type { AttributionMethod, OptionDescription } from '@explainnet/core'
import { servedMethods } from 'explainnet/methods'
import { table } from './markdown.ts'

const needs = {
  predictions: 'predictions: any model, black boxes too',
  gradients: 'gradients: a differentiable model',
  layers: 'layers: a model that names its layers',
} as const

/** What each method of a package says of itself, with its options: read from the method, not from a text about it. */
export function optionTables(packageName: string): string {
  const methods = Object.values(servedMethods)
    .map((make) => make({}))
    .filter(({ spec }) => spec?.module === packageName)
  if (methods.length === 0) return ''
  return `## Methods and options\n\nAs the code describes them.\n\n${methods.map(section).join('\n\n')}\n`
}

function section(method: AttributionMethod): string {
  const facts = [
    `Needs ${needs[method.needs]}.`,
    method.deterministic ? 'Deterministic.' : 'Random, by the seed.',
    ...(method.paper ? [`[Paper](${method.paper}).`] : []),
  ].join(' ')
  const rows = Object.entries(method.options).map(([name, option]) => [
    `\`${name}\``,
    typeOf(option),
    option.default === undefined ? '–' : `\`${JSON.stringify(option.default)}\``,
    option.text,
  ])
  const options = rows.length > 0 ? table(['option', 'type', 'default', 'meaning'], rows) : 'No options.'
  return `### \`${method.name}\`\n\n${facts}\n\n${options}`
}

function typeOf(option: OptionDescription): string {
  const type = option.choices?.map((choice) => `\`${choice}\``).join(', ') ?? option.type
  const { min, max } = option
  const bounds =
    min !== undefined && max !== undefined
      ? `, ${min} … ${max}`
      : min !== undefined
        ? `, ≥ ${min}`
        : max !== undefined
          ? `, ≤ ${max}`
          : ''
  return `${type}${bounds}${option.list ? ', or a list' : ''}`
}
