import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  type AttributionMethod,
  candidateLayers,
  ExplainError,
  type LayeredModel,
  type OptionDescription,
  type OptionSchema,
} from '@explainnet/core'
import { findTechnique, type NamedMethod, techniques } from '@explainnet/studies'

export interface MethodOptions {
  readonly method?: readonly string[]
  readonly option?: readonly string[]
  readonly layer?: string
  readonly baseline?: string
}

/**
 * The methods that the options name: ours by name, `smooth-grad(integrated-gradients)` for a wrapper around another one,
 * a module by path or package name otherwise. `--layer all` makes one of each CAM method for each layer.
 */
export async function readMethods(options: MethodOptions, model: LayeredModel): Promise<NamedMethod[]> {
  const usual = techniques.filter((technique) => !technique.slow).map((technique) => technique.name)
  const names = (options.method ?? usual).flatMap((text) => text.split(','))
  const settings = readSettings(options.option ?? [])
  const methods: NamedMethod[] = []
  for (const name of names) {
    const factory = await findFactory(name.trim())
    const given = convert(factory.name, factory.options, settings.get(factory.name) ?? {})
    if ('baseline' in factory.options && options.baseline) given['baseline'] = readBaseline(options.baseline)
    if (!('layer' in factory.options) || !options.layer) {
      methods.push({ name: name.trim(), title: factory.title, method: factory.make(given) })
      continue
    }
    const layers = options.layer === 'all' ? candidateLayers(model).map((layer) => layer.name) : [options.layer]
    for (const layer of layers) {
      const title = layers.length > 1 ? `${factory.title} ${layer}` : factory.title
      methods.push({
        name: layers.length > 1 ? `${name.trim()}.${layer}` : name.trim(),
        title,
        method: factory.make({ ...given, layer }),
      })
    }
  }
  const unused = [...settings.keys()].filter((name) => !names.some((one) => one.trim().split('(')[0] === name))
  if (unused.length > 0) {
    throw new ExplainError(
      'bad-option',
      `--option names '${unused[0]}', which is not among the methods.`,
      `They are ${names.join(', ')}.`,
    )
  }
  return methods
}

interface Factory {
  readonly name: string
  readonly title: string
  readonly options: OptionSchema
  make(options: Record<string, unknown>): AttributionMethod
}

async function findFactory(name: string): Promise<Factory> {
  const wrapped = /^([^()]+)\((.+)\)$/.exec(name)
  if (wrapped) {
    const [, outer, inside] = wrapped as unknown as [string, string, string]
    const technique = findTechnique(outer)
    if (!technique?.wraps) {
      throw new ExplainError(
        'bad-method',
        `'${outer}' wraps no other method.`,
        `These do: ${techniques
          .filter((one) => one.wraps)
          .map((one) => one.name)
          .join(', ')}.`,
      )
    }
    const inner = await findFactory(inside)
    return {
      name: outer,
      title: `${technique.title} of ${inner.title}`,
      options: technique.options,
      make: (options) => technique.make(options, inner.make({})),
    }
  }
  return findTechnique(name) ?? importMethod(name)
}

async function importMethod(name: string): Promise<Factory> {
  const isPath = /^\.{0,2}[/\\]|\.[cm]?[jt]s$/.test(name)
  if (isPath && !existsSync(name)) {
    throw new ExplainError('bad-method', `There is no file ${name}.`, 'Check the path of the method.')
  }
  let module: Record<string, unknown>
  try {
    module = await import(isPath ? pathToFileURL(resolve(name)).href : name)
  } catch (cause) {
    if (isPath) {
      throw new ExplainError(
        'bad-method',
        `${name} cannot be loaded: ${(cause as Error).message}.`,
        'Mend the module.',
        {
          cause,
        },
      )
    }
    throw new ExplainError(
      'bad-method',
      `There is no method '${name}'.`,
      `Ours are ${techniques.map((one) => one.name).join(', ')}; else give a path (./mine.js) or install the package.`,
      { cause },
    )
  }
  const make = Object.values(module).find((value) => isFactory(value)) as Factory['make'] | undefined
  if (!make) {
    throw new ExplainError(
      'bad-method',
      `${name} exports no factory of an attribution method.`,
      'Export a function that returns { apiVersion, name, needs, deterministic, options, attribute }.',
    )
  }
  const { name: own, options } = make({})
  return { name: own, title: own, options, make }
}

function isFactory(value: unknown): boolean {
  if (typeof value !== 'function') return false
  try {
    return typeof value({})?.attribute === 'function'
  } catch {
    return false
  }
}

/** `--option integrated-gradients.steps=64` as texts by method and option. */
function readSettings(texts: readonly string[]): Map<string, Record<string, string>> {
  const settings = new Map<string, Record<string, string>>()
  for (const text of texts) {
    const match = /^([^=]+)\.([^.=]+)=(.*)$/.exec(text)
    if (!match) {
      throw new ExplainError('bad-option', `--option ${text} cannot be read.`, 'Write method.option=value.')
    }
    const [, method, option, value] = match as unknown as [string, string, string, string]
    settings.set(method, { ...settings.get(method), [option]: value })
  }
  return settings
}

function convert(method: string, schema: OptionSchema, texts: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const description = schema[name]
      const read = (one: string) => convertOne(`${method}: ${name}`, description?.type, one)
      return [name, description?.list && text.includes(',') ? text.split(',').map(read) : read(text)]
    }),
  )
}

function convertOne(what: string, type: OptionDescription['type'] | undefined, text: string): unknown {
  switch (type) {
    case 'integer':
    case 'number':
      if (text.trim() === '' || Number.isNaN(Number(text))) {
        throw new ExplainError('bad-option', `${what} is '${text}'.`, 'It must be a number.')
      }
      return Number(text)
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'baseline':
      return readBaseline(text)
    default:
      return text
  }
}

/** `black`, `black,white`, `blur:8` or `value:0.5`. */
function readBaseline(text: string): unknown {
  const one = (name: string): unknown => {
    const [kind, value] = name.split(':')
    return value === undefined ? name : { [kind!]: Number(value) }
  }
  const all = text.split(',').map(one)
  return all.length === 1 ? all[0] : all
}
