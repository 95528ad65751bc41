import { mkdtempSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-layers'
import { build } from 'esbuild'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { gradientConfigs as ours } from '../gradients/configs.ts'
import { registerGradients } from '../register.ts'
import { gradientConfigs as upstream } from './gradient-configs.js'
import { isStockGradient } from './stock-gradient.ts'

const replaced = ours.filter((config) => !upstream.includes(config)).map(({ kernelName }) => kernelName)
const registeredElsewhere = () => replaced.map(tf.getGradient).filter((config) => config !== undefined)
/** tfjs-layers' are here before the first test, and come back after each. */
const ofLayers = registeredElsewhere()

afterEach(() => {
  vi.restoreAllMocks()
  for (const config of ofLayers) {
    tf.unregisterGradient(config.kernelName)
    tf.registerGradient(config)
  }
})

describe('a gradient is told to be stock', () => {
  it('as tfjs-layers registers it, for every one that is replaced here', () => {
    expect(ofLayers.length).toBeGreaterThan(10)
    expect(ofLayers.filter((config) => !isStockGradient(config))).toEqual([])
  })

  it('and gives way to a better one without being asked twice, until that is undone', () => {
    const [sum, sin] = ['Sum', 'Sin'].map(tf.getGradient)
    const registration = registerGradients()
    expect(registration.registered).toContain('Sum')
    expect(registration.registered).not.toContain('Sin')
    expect(tf.getGradient('Sum')).toBe(ours.find(({ kernelName }) => kernelName === 'Sum'))
    expect(tf.getGradient('Sin')).toBe(sin)
    registration.undo()
    expect(tf.getGradient('Sum')).toBe(sum)
  })

  it('in a minified bundle', async () => {
    vi.spyOn(console, 'warn').mockReturnValue()
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-core/dist/register_all_gradients.js')
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      target: 'es2015',
      logLevel: 'silent',
      external: ['node-fetch', 'util'],
    })
    const file = join(mkdtempSync(join(tmpdir(), 'gradients-')), 'register.mjs')
    writeFileSync(file, outputFiles[0]!.contents)
    await import(/* @vite-ignore */ pathToFileURL(file).href)
    const minified = registeredElsewhere()
    expect(minified).toHaveLength(ofLayers.length)
    expect(minified.filter((config) => ofLayers.includes(config))).toEqual([])
    expect(minified.filter((config) => !isStockGradient(config)).map(({ kernelName }) => kernelName)).toEqual([])
  })
})

describe("a gradient is told to be somebody's own", () => {
  const own: Record<string, tf.GradConfig> = {
    'guided ReLU': {
      kernelName: 'Relu',
      inputsToSave: ['x'],
      gradFunc: (dy, [x]) => ({ x: () => tf.mul(tf.relu(dy as tf.Tensor), tf.cast(tf.step(x!), 'float32')) }),
    },
    'a sum whose gradient is halved': {
      kernelName: 'Sum',
      inputsToSave: ['x'],
      gradFunc: (dy, [x]) => ({ x: () => tf.mul(tf.mul(dy as tf.Tensor, 0.5), tf.ones(x!.shape)) }),
    },
    'one that throws': {
      kernelName: 'Sum',
      inputsToSave: ['x'],
      gradFunc: () => {
        throw new Error('not for a made-up operation')
      },
    },
    'one that reads values': {
      kernelName: 'Sum',
      inputsToSave: ['x'],
      gradFunc: (dy, [x]) => ({ x: () => tf.fill(x!.shape, (dy as tf.Tensor).dataSync()[0]!) }),
    },
    'one of an operation of their own': { kernelName: 'Mine', gradFunc: (dy) => ({ x: () => dy as tf.Tensor }) },
  }

  it.each(Object.keys(own))('%s', (name) => {
    const before = tf.engine().state.numTensors
    expect(isStockGradient(own[name]!)).toBe(false)
    expect(tf.engine().state.numTensors).toBe(before)
    expect(Object.keys(tf.engine())).not.toContain('runKernel')
  })
})
