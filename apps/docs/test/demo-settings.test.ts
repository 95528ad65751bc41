import type { MethodDescription } from '@explainnet/web'
import { servedMethods } from 'explainnet/methods'
import { expect, it } from 'vitest'
import { defaults, fromHash, type Settings, toHash } from '../src/components/demo/settings.ts'

const methods: MethodDescription[] = Object.entries(servedMethods).map(([name, factory]) => ({ ...factory({}), name }))

const chosen: Settings = {
  model: 'pollen',
  picture: 27,
  target: { of: 3, against: 5 },
  backend: 'wasm',
  seed: 7,
  view: 'map',
  outline: false,
  panels: [
    {
      method: 'integrated-gradients',
      options: { steps: 20, baseline: 'white', quadrature: 'gauss-legendre', path: true },
    },
    { method: 'layer-cam', options: { layer: 'conv2d_3/block.a-b:0', upsample: false } },
  ],
}

it('settings come back from their address as they were', () => {
  expect(fromHash(`#${toHash(chosen)}`, methods)).toEqual(chosen)
  expect(fromHash(toHash({ ...chosen, target: 4 }), methods).target).toBe(4)
  expect(fromHash(toHash(defaults), methods)).toEqual(defaults)
})

it('every option of every method comes back', () => {
  for (const { name, options } of methods) {
    const given: Record<string, unknown> = {}
    for (const [option, { type, min, choices, default: usual }] of Object.entries(options)) {
      given[option] =
        { integer: Math.max(min ?? 1, 2), number: 0.25, boolean: !usual, baseline: 'mean', layer: 'conv' }[
          type as 'integer'
        ] ?? choices?.at(-1)
    }
    const settings: Settings = { ...defaults, panels: [{ method: name, options: given }, defaults.panels[1]] }
    expect(fromHash(toHash(settings), methods)).toEqual(settings)
  }
})

it.each([
  ['model=https://elsewhere.example/model.json', 'a network of another host'],
  ['model=__proto__', 'a name that every object has'],
  ['picture=-1', 'a number below its range'],
  ['picture=1e99', 'a number beyond its range'],
  ['target=%3Cimg%20src=x%3E', 'markup'],
  ['target=3-', 'half a contrast'],
  ['backend=cpu', 'a backend that is not offered'],
  ['seed=0.5', 'a seed that is not whole'],
  ['view=none', 'a view that there is not'],
  ['b=smooth-grad&b.samples=1000000000', 'more work than a slider gives'],
  ['b=smooth-grad&b.noise=NaN', 'what is not a number'],
  ['b=smooth-grad&b.noise=0x10', 'a number of another notation'],
  ['b=smooth-grad&b.constructor=1', 'an option that there is not'],
  ['a=eval', 'a method that there is not'],
  ['a=grad-cam&a.upsample=maybe', 'neither yes nor no'],
  ['a=grad-cam&a.layer=%3Cscript%3E', 'a layer that no network could have'],
  ['%E0%A4%A', 'broken encoding'],
  ['=&&&==&a', 'noise'],
])('%s is as if it were not there: %s', (hash) => {
  expect(fromHash(`#${hash}`, methods)).toEqual(defaults)
})
