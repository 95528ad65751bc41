import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Installation, packPackages, type Tarballs } from './installation.ts'

let tarballs: Tarballs
beforeAll(async () => {
  tarballs = await packPackages()
})
afterAll(() => tarballs?.remove())

describe('the example node-esm', () => {
  let example: Installation
  beforeAll(async () => {
    example = await tarballs.installExample('node-esm')
  })
  afterAll(() => example?.remove())

  it('needs nothing that its package.json does not name, and prints the map', async () => {
    expect(await example.print('npm start --silent')).toBe(
      `Predicted: class 1, logit 1, on wasm:\n${'....####\n'.repeat(4)}${'........\n'.repeat(4)}`,
    )
  })

  it('refuses a network made by a second copy of TensorFlow.js, and says how to get rid of it', async () => {
    const { folder } = example
    const other = join(folder, 'other', 'node_modules', '@tensorflow')
    await mkdir(other, { recursive: true })
    for (const name of ['tfjs-core', 'tfjs-layers']) {
      await cp(join(folder, 'node_modules', '@tensorflow', name), join(other, name), { recursive: true })
    }
    await writeFile(join(folder, 'other', 'layers.js'), "export * from '@tensorflow/tfjs-layers'\n")
    // Whichever copy comes first makes the tensors of both; where it is ours, the network is as good as any.
    const program = `
      import { layers, sequential } from './other/layers.js'
      import { fromLayersModel } from '@explainnet/core'
      import { useBackend } from '@explainnet/node'
      await useBackend('wasm')
      try {
        fromLayersModel(sequential({ layers: [layers.dense({ inputShape: [2], units: 2 })] }))
      } catch (error) {
        console.log(error.name, error.code, error.message)
      }
    `
    await writeFile(join(folder, 'second.js'), program)
    expect((await example.run('node second.js')).stdout).toMatch(
      /^ExplainError versions-differ The model was made by another copy of @tensorflow\/tfjs-core .*npm ls/m,
    )
  })
})

describe('the example node-require', () => {
  it('loads the ES modules by `require`', async () => {
    const example = await tarballs.installExample('node-require')
    try {
      expect(await example.print('npm start --silent')).toBe('The score changes by 2 a unit of a, by -3 a unit of b.\n')
    } finally {
      await example.remove()
    }
  })
})
