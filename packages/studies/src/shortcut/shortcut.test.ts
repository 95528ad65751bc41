import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gradCam } from '@explainnet/grad-cam'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { loadModel, useBackend } from '@explainnet/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shortcutModelPaths } from '../models.ts'
import { type BarShares, barredScene } from './bar-shares.ts'
import { shortcutStudy } from './shortcut.ts'
import { type MethodVerdict, verdicts } from './verdict.ts'

let out: string
beforeAll(async () => {
  await useBackend('wasm')
  out = await mkdtemp(join(tmpdir(), 'shortcut-'))
})
afterAll(() => rm(out, { recursive: true }))

const study = () =>
  shortcutStudy({
    out,
    images: 4,
    checked: 10,
    methods: [
      { name: 'integrated-gradients', title: 'Integrated gradients', method: integratedGradients({ steps: 8 }) },
      { name: 'grad-cam', title: 'Grad-CAM', method: gradCam() },
    ],
  })

describe('the shortcut study on four pictures', () => {
  it('finds more on the bar where the network goes by it, and writes the report', async () => {
    const { report, results } = await study()
    const { methods, images } = results['barShare'] as { methods: MethodVerdict[]; images: number }
    expect(images).toBe(4)
    expect(methods.map(({ name }) => name)).toEqual(['Integrated gradients', 'Grad-CAM'])
    for (const { bar } of methods) expect(bar.shortcut.mean).toBeGreaterThan(bar.control.mean)
    const page = await readFile(report, 'utf8')
    expect(page).toContain('One picture, two networks')
    expect((await readdir(join(out, 'figures'))).filter((file) => file.endsWith('.png'))).toHaveLength(3)
  })

  it('gives the same results from what was kept', async () => {
    const before = await readFile(join(out, 'results.json'), 'utf8')
    await study()
    expect(await readFile(join(out, 'results.json'), 'utf8')).toBe(before)
  })
})

it('outlines the bar in its corner, and apart from the trait', () => {
  const { bar, trait } = barredScene(2e9 + 5)
  const inside = [...bar.mask.keys()].filter((i) => bar.mask[i] === 1)
  expect(inside.length).toBeGreaterThan(15)
  expect(inside.length).toBeLessThan(60)
  expect(inside.every((i) => Math.floor(i / 64) >= 57 && i % 64 >= 46)).toBe(true)
  expect(inside.some((i) => trait.mask[i] === 1)).toBe(false)
})

describe('the verdict', () => {
  const jitter = (i: number) => 0.01 * ((i * 7) % 5)
  const shares = (shortcut: number, control: number): BarShares[] =>
    Array.from({ length: 20 }, (_, i) => {
      const share = (bar: number) => ({ map: { bar: bar + jitter(i), trait: 0.1, pointsAtBar: bar > 0.2 } })
      const same = { image: 0.01, grain: 0, centre: 0.005, edges: 0.1 }
      return {
        index: i,
        networks: { shortcut: share(shortcut), control: share(control) },
        controls: { bar: same, trait: same, edgesPointAtBar: false },
      }
    })
  const of = (shortcut: number, control: number) =>
    verdicts([{ name: 'map', title: 'Map', method: gradCam() }], shares(shortcut, control))[0]!

  it('needs more on the bar than in the control network, and than an edge detector puts there', () => {
    expect(of(0.3, 0.05)).toMatchObject({ verdict: 'reveals', trivial: 'Edge detector' })
    expect(of(0.06, 0.02).verdict).toBe('only beside the control')
    expect(of(0.3, 0.3).verdict).toBe('does not')
    expect(of(0.02, 0.3).verdict).toBe('does not')
  })

  it('counts the pictures on which the map is highest at the bar', () => {
    expect(of(0.3, 0.05).pointsAtBar).toMatchObject({ shortcut: { share: 1 }, control: { share: 0 } })
  })
})

describe('the committed results', () => {
  it('are those of the committed networks', async () => {
    const results = JSON.parse(await readFile(new URL('../../results/shortcut.json', import.meta.url), 'utf8'))
    const sha256 = async (path: string) => (await loadModel(path)).fingerprint!()
    expect(results).toMatchObject({
      study: 'shortcut',
      model: { sha256: await sha256(shortcutModelPaths.shortcut) },
      control: { sha256: await sha256(shortcutModelPaths.control) },
    })
  })
})
