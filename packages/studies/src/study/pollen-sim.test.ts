import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gradCam } from '@explainnet/grad-cam'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { loadModel, useBackend } from '@explainnet/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pollenModelPath, pollenSimModelPath } from '../models.ts'
import { pollenSimStudy } from './pollen-sim.ts'
import type { ShareRow } from './share-rows.ts'
import { moved, pairsWithTraits } from './sim-pairs.ts'
import { picturesWithTrait } from './sim-shares.ts'

let out: string
beforeAll(async () => {
  await useBackend('wasm')
  out = await mkdtemp(join(tmpdir(), 'study-'))
})
afterAll(() => rm(out, { recursive: true }))

const study = () =>
  pollenSimStudy({
    out,
    images: 6,
    pairs: 2,
    checked: 6,
    methods: [
      { name: 'integrated-gradients', title: 'Integrated gradients', method: integratedGradients({ steps: 8 }) },
      { name: 'grad-cam', title: 'Grad-CAM', method: gradCam() },
    ],
  })

describe('the pollenSim study on six pictures', () => {
  it('finds more of the relevance on the planted trait than its area explains, and writes the report', async () => {
    const { report, results } = await study()
    const { maps, images } = results['traitShare'] as { maps: ShareRow[]; images: number }
    expect(images).toBe(6)
    const share = (name: string) => maps.find((map) => map.name === name)!.positive.mean
    expect(share('Integrated gradients')).toBeGreaterThan(1.3 * share('Uniform over the image'))
    expect(share('Grad-CAM')).toBeGreaterThan(2 * share('Uniform over the image'))
    expect(share('The trait itself on 16 × 16')).toBeGreaterThan(share('Grad-CAM'))
    const page = await readFile(report, 'utf8')
    expect(page).toContain('Two grains, two questions')
    expect((await readdir(join(out, 'figures'))).filter((file) => file.endsWith('.png'))).toHaveLength(4)
    expect(JSON.parse(await readFile(join(out, 'results.json'), 'utf8'))).toEqual(JSON.parse(JSON.stringify(results)))
  })
  it('gives the same results from what was kept', async () => {
    const before = await readFile(join(out, 'results.json'), 'utf8')
    await study()
    expect(await readFile(join(out, 'results.json'), 'utf8')).toBe(before)
  })
})

describe('the committed results', () => {
  it('are those of the committed networks', async () => {
    for (const [study, path] of Object.entries({ pollen: pollenModelPath, 'pollen-sim': pollenSimModelPath })) {
      const results = JSON.parse(await readFile(new URL(`../../results/${study}.json`, import.meta.url), 'utf8'))
      expect(results).toMatchObject({ study, model: { sha256: await (await loadModel(path)).fingerprint!() } })
    }
  })
})

describe('pictures of a study', () => {
  it('are held out and all have a trait', () => {
    const chosen = picturesWithTrait(40)
    expect(new Set(chosen).size).toBe(40)
    expect(picturesWithTrait(10)).toEqual(chosen.slice(0, 10))
    expect(pairsWithTraits(5)).toHaveLength(5)
  })
  it('of two grains count as followed only if both grains gained', () => {
    expect(moved({ own: [0.4, 0.3], other: [0.1, 0.2] })).toBe(true)
    expect(moved({ own: [0.4, 0.1], other: [0.1, 0.2] })).toBe(false)
    expect(moved({ own: [0.2, 0.2], other: [0.2, 0.2] })).toBe(false)
  })
})
