import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gradCam } from '@explainnet/grad-cam'
import { useBackend } from '@explainnet/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chooserStudy } from './chooser.ts'

let out: string
beforeAll(async () => {
  await useBackend('wasm')
  out = await mkdtemp(join(tmpdir(), 'chooser-'))
})
afterAll(() => rm(out, { recursive: true }))

describe('the study of the chooser, on two pictures', () => {
  it('sets what is recommended beside the relevance on the planted trait, and goes on where it was', async () => {
    let steps = 0
    const study = () =>
      chooserStudy({
        out,
        images: 2,
        seeds: 1,
        examples: 2,
        methods: [{ name: 'grad-cam', title: 'Grad-CAM', method: gradCam() }],
        onProgress: () => {
          steps++
        },
      })
    const { report, results } = await study()
    expect(results).toMatchObject({ study: 'chooser', held: { pictures: 2, examplesOfAComparison: 2 } })
    const { picks, seeds } = results as { picks: { count: number }[]; seeds: { network: string }[] }
    expect(picks.reduce((sum, { count }) => sum + count, 0)).toBe(1)
    expect(seeds).toHaveLength(1)
    expect(await readFile(report, 'utf8')).toContain('Mean rank by seed')
    const before = steps
    expect((await study()).results).toEqual(results)
    expect(steps - before).toBeLessThan(5)
  })
})
