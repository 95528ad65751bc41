import { describe, expect, it } from 'vitest'
import type { OptionSchema } from './api.ts'
import { resolveOptions } from './options.ts'

const schema = {
  steps: { type: 'integer', text: '', min: 1, max: 9, default: 4 },
  noise: { type: 'number', text: '', min: 0 },
  rule: { type: 'choice', text: '', choices: ['left', 'right'], default: 'left' },
  path: { type: 'boolean', text: '', default: false },
  layer: { type: 'layer', text: '' },
  baseline: { type: 'baseline', text: '' },
} satisfies OptionSchema

describe('options', () => {
  it('get their defaults, and undefined counts as not given', () => {
    expect(resolveOptions('m', schema, { steps: undefined } as object)).toEqual({ steps: 4, rule: 'left', path: false })
  })
  it('that are right are taken', () => {
    const given = { steps: 9, noise: 0, rule: 'right', path: true, layer: { name: 'a' }, baseline: ['black'] }
    expect(resolveOptions('m', schema, given as object)).toEqual(given)
  })
  it.each([
    [{ step: 1 }, "m has no option 'step'. It has steps, noise, rule, path, layer, baseline."],
    [{ steps: 0 }, 'm: steps is 0. It must be a whole number at least 1 and at most 9.'],
    [{ steps: 1.5 }, 'whole number'],
    [{ noise: Number.NaN }, 'a number at least 0'],
    [{ rule: 'up' }, 'one of left, right'],
    [{ path: 'yes' }, 'true or false'],
    [{ layer: 3 }, 'the name of a layer'],
    [{ baseline: 0 }, 'a baseline name'],
  ])('%j are refused in words', (given, message) => {
    expect(() => resolveOptions('m', schema, given as object)).toThrow(message)
  })

  it('takes a list where the description says so, and looks at each of its values', () => {
    const schema = { window: { type: 'integer', text: 'Window.', min: 1, list: true } } as const
    const read = (window: unknown) => resolveOptions<{ window: unknown }>('occlusion', schema, { window })
    expect(read(3)).toEqual({ window: 3 })
    expect(read([3, 4])).toEqual({ window: [3, 4] })
    expect(() => read([3, 0])).toThrow(/a list in which each is a whole number at least 1/)
    expect(() => read([])).toThrow(/not empty/)
    expect(() => resolveOptions('plain', { window: { type: 'integer', text: 'Window.' } }, { window: [3] })).toThrow(
      /a whole number/,
    )
  })
})
