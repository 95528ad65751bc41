import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gradientsRegistered } from '@explainnet/gradients'
import { getBackend } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { difference, explained, networks } from '../../test/networks.ts'
import { refuseSecondCore } from './tensorflow-binding.ts'
import { useBackend } from './use-backend.ts'

const there = await useBackend('tensorflow').then(
  () => true,
  () => false,
)

describe.skipIf(!there)('tensorflow (needs the native binding)', () => {
  const warnings: string[] = []
  const onWarning = (warning: Error) => void warnings.push(warning.message)
  beforeAll(() => void process.on('warning', onWarning))
  afterAll(() => void process.off('warning', onWarning))

  it('computes with TensorFlow, and comes with the gradients', async () => {
    const info = {
      name: 'tensorflow',
      software: false,
      device: expect.stringMatching(/^TensorFlow 2\..* on the processor$/),
    }
    expect(await useBackend('tensorflow')).toMatchObject(info)
    expect(getBackend()).toBe('tensorflow')
    expect(gradientsRegistered()).toBe(true)
  })

  it.each(Object.keys(networks))('explains %s as cpu does, and leaves no tensor', async (name) => {
    await useBackend('cpu')
    const wanted = await explained(name)
    const { device } = await useBackend('tensorflow')
    const found = await explained(name)
    expect(difference(wanted.scores, found.scores)).toBeLessThan(1e-5)
    expect(difference(wanted.values, found.values)).toBeLessThan(1e-5)
    expect(found.leaked).toBe(0)
    expect(found.backend).toEqual({ name: 'tensorflow', device })
  })

  it('does so without a warning: what it asks of node:util has gone or is deprecated', () => {
    expect(warnings).toEqual([])
  })
})

describe('a second copy of tfjs-core', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'explainnet-copies-'))
    const all = '@tensorflow'
    const nested = `${all}/tfjs-node-gpu/node_modules/${all}`
    for (const name of [
      `${all}/tfjs-core`,
      `${all}/tfjs`,
      `${all}/tfjs-node`,
      `${nested}/tfjs-core`,
      `${nested}/tfjs`,
    ]) {
      const path = join(folder, 'node_modules', name)
      await mkdir(path, { recursive: true })
      await writeFile(join(path, 'package.json'), '{ "main": "index.js" }')
      await writeFile(join(path, 'index.js'), '')
    }
    await writeFile(join(folder, 'node_modules/@tensorflow/tfjs-node-gpu/package.json'), '{}')
  })
  afterAll(() => rm(folder, { recursive: true }))
  const check = (name: string) => () => refuseSecondCore(name, createRequire(join(folder, 'index.js')))

  it('is a typed error before the binding is loaded', () => {
    expect(check('@tensorflow/tfjs-node')).not.toThrow()
    const error = { code: 'versions-differ', cure: expect.stringContaining('npm ls') }
    expect(check('@tensorflow/tfjs-node-gpu')).toThrow(expect.objectContaining(error))
  })
})
