import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pollenSim } from '@explainnet/datasets'
import { writeImage } from '@explainnet/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pagesWithSamples, type Sample, samplesOf } from '../../../scripts/samples.ts'
import { root } from '../../../scripts/workspace.ts'

const docs = join(import.meta.dirname, '..')
const samples = pagesWithSamples.filter((page) => page.startsWith('apps/docs/')).flatMap(samplesOf)
const runnable = samples.filter(({ run }) => run)
const command = join(root, 'packages/explainnet/src/cli.ts')

/** Inside the workspace, for its packages to be found, and where git does not look. */
let folder: string

// What the pages speak of: a model folder and a photo.
beforeAll(async () => {
  mkdirSync(join(docs, '.astro'), { recursive: true })
  folder = mkdtempSync(join(docs, '.astro/samples-'))
  cpSync(join(root, 'packages/studies/models/pollen-sim'), join(folder, 'my-model'), { recursive: true })
  const { width, height, data } = pollenSim({ seed: 0, index: 3 })
  await writeImage(join(folder, 'photo.jpg'), { width, height, channels: 3, data })
  for (const { title, text } of samples.filter(({ title }) => title?.endsWith('.ts'))) {
    writeFileSync(join(folder, title!), text)
  }
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The output of a sample; where it fails, an error with what it printed. */
function outputOf({ language, title, text }: Sample): string {
  const runs = language === 'sh' ? text.trim().split('\n').map(argumentsOf) : [[title!]]
  return runs
    .map((run) =>
      execFileSync(process.execPath, ['--conditions=source', ...run], { cwd: folder, encoding: 'utf8', stdio: 'pipe' }),
    )
    .join('')
}

function argumentsOf(line: string): string[] {
  const [npx, name, ...rest] = line.split(/\s+/)
  if (npx !== 'npx' || name !== 'explainnet') throw new Error(`only our own command is run: ${line}`)
  return [command, ...rest]
}

describe('the samples that are marked `run`', () => {
  it('are there', () => expect(runnable.length).toBeGreaterThan(4))

  it.each(runnable)('run: $page, line $line', (sample) => {
    expect(outputOf(sample)).not.toMatch(/^not ok|NaN/m)
  })
})
