import { type AttributionMethod, ExplainError, type MethodSpec } from '@explainnet/core'
import type { MethodDescription } from '../api.ts'
import type { SentMethod } from './messages.ts'

/** Makes a method from its options, such as `gradCam`, or `(options) => smoothGrad(saliency(), options)`. */
export type MethodFactory = (options: never) => AttributionMethod

export type ServedMethods = Readonly<Record<string, MethodFactory>>

const make = (factory: MethodFactory, options: Readonly<Record<string, unknown>>) => factory(options as never)

export const describeMethods = (methods: ServedMethods): readonly MethodDescription[] =>
  Object.entries(methods).map(([name, factory]) => {
    const { needs, deterministic, options, paper, spec } = make(factory, {})
    return { name, needs, deterministic, options, paper, spec }
  })

/** The method by the name under which it is served, or the one that makes what a spec describes. */
export function resolveMethod(methods: ServedMethods, sent: SentMethod): AttributionMethod {
  const serves = `The worker serves ${Object.keys(methods).join(', ') || 'none'}.`
  if ('name' in sent) {
    const { name, options = {} } = sent
    if (Object.hasOwn(methods, name)) return make(methods[name]!, options)
    throw new ExplainError('bad-method', `There is no method '${name}' in the worker.`, serves)
  }
  const { spec } = sent
  const factory = Object.values(methods).find((one) => isSame(make(one, {}).spec, spec))
  if (factory) return make(factory, spec.options)
  throw new ExplainError(
    'not-transferable',
    `The worker serves no method that is made by '${spec.export}' of '${spec.module}'${spec.inner ? ' with such an inner method' : ''}.`,
    `Add it to \`methods\` of serveExplainer. ${serves}`,
  )
}

/** Made by the same factory around the same inner method, whose options the page cannot set. */
const isSame = (served: MethodSpec | undefined, { module, export: name, inner }: MethodSpec): boolean =>
  served?.module === module && served.export === name && JSON.stringify(served.inner) === JSON.stringify(inner)
