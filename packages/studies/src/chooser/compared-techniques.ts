import type { NamedMethod } from '../study/explain-images.ts'
import { techniques } from '../study/techniques.ts'

/** Variants of what is compared, which cost as much again and say little more. */
const variants = new Set(['smooth-grad-squared', 'var-grad', 'hires-cam', 'layer-cam', 'deconvnet'])

/** What a comparison takes unless told otherwise: one of each family with its own defaults, and guided backpropagation as control. */
export const comparedTechniques = (): NamedMethod[] =>
  techniques.filter(({ name }) => !variants.has(name)).map(({ name, title, make }) => ({ name, title, method: make() }))
