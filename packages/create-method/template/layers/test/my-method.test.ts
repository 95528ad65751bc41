import { useBackend } from '@explainnet/node'
import { describeMethod } from '@explainnet/testing/vitest'
import { beforeAll, expect, it } from 'vitest'
import { myMethod } from '../src/index.ts'

beforeAll(async () => void (await useBackend('wasm')))

// A network of vectors has no layer with positions.
describeMethod(() => myMethod(), { factory: myMethod, load: () => import('../src/index.ts'), refuses: ['vector'] })

it('takes the layer that it is given', () => {
  expect(myMethod({ layer: 'conv' }).spec?.options).toEqual({ layer: 'conv' })
})
