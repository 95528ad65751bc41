/** The pages of Studies as they were built: what is shown is what was measured. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { committed, dist, interval, percent, shownPage } from './support/shown-page.ts'

const resultsOf = (study: string) => committed(`packages/studies/results/${study}.json`)
const measured = existsSync(new URL('../../../packages/studies/results/hmt.json', import.meta.url))

const pages = [
  ['mnist-1d', 'mnist1d'],
  ['tiny-imagenet', 'tiny-imagenet'],
  ['imagenet-photo', 'imagenet-photo'],
  ['beyond-images', 'beyond-images'],
  ['shortcut', 'shortcut'],
  ['conclusion', 'conclusion'],
  ['chooser', 'chooser'],
  ...(measured ? ([['histology', 'hmt']] as const) : []),
] as const

describe.each(pages)('%s', (page, study) => {
  const { text, images } = shownPage(`studies/${page}/`)
  it('names the command, the network and the file of its numbers', () => {
    const { command, model } = resultsOf(study)
    expect(text).toContain(command)
    expect(text).toContain(`results/${study}.json`)
    if (model) expect(text).toContain(model.sha256.slice(0, 12))
  })
  it('shows only figures that are there', () => {
    for (const { src, alt } of images.filter(({ src }) => src.includes('/figures/'))) {
      expect(existsSync(join(dist, src.replace(/^.*?\/figures\//, 'figures/')))).toBe(true)
      expect(alt).toBeTruthy()
    }
  })
})

interface Change {
  readonly title: string
  readonly masked: Record<'drop' | 'increase', { mean: number; low: number; high: number }>
}

const changes = (rows: readonly Change[]) =>
  rows.map(({ title, masked }) => `${title} ${interval(masked.drop)} ${interval(masked.increase)}`)

it('drop and increase are the committed ones, of every method and network', () => {
  const mnist1d = resultsOf('mnist1d')
  const signals = shownPage('studies/mnist-1d/').text
  for (const row of [...changes(mnist1d.published.changes), ...changes(mnist1d.trained.changes)])
    expect(signals).toContain(row)
  const pictures = shownPage('studies/tiny-imagenet/').text
  for (const row of changes(resultsOf('tiny-imagenet').dropIncrease.rows)) expect(pictures).toContain(row)
})

it('published figures stand beside ours', () => {
  const { text } = shownPage('studies/mnist-1d/')
  const sise = resultsOf('mnist1d').published.changes.find(({ name }: { name: string }) => name === 'sise')
  expect(text).toContain(`${changes([sise])[0]} 0.127–0.200 0.375–0.412`)
})

it.runIf(measured)('histology has both tables and every baseline', () => {
  const { dropIncrease, baselines, test } = resultsOf('hmt')
  const { text } = shownPage('studies/histology/')
  for (const row of [...changes(dropIncrease.whole.rows), ...changes(dropIncrease.sample.rows)])
    expect(text).toContain(row)
  for (const { baseline, certainty } of baselines.evidence)
    expect(text).toMatch(new RegExp(`${baseline} \\w+ \\d+ % ${certainty.toFixed(3)}`))
  expect(text).toContain(`${test.correct} of ${test.count} tiles are told right: ${percent(test.accuracy, 2)}`)
})

it('the axioms are shown with what was measured, those that fail too', () => {
  const { text } = shownPage('studies/imagenet-photo/')
  const { axioms } = resultsOf('imagenet-photo')
  for (const { axiom, measured, tolerance, passed } of Object.values(axioms).flat() as Record<string, unknown>[])
    expect(text).toContain(`${axiom} ${measured} ${tolerance} ${passed ? 'yes' : 'no'}`)
})

it('beyond images, every method of every task', () => {
  const { text } = shownPage('studies/beyond-images/')
  for (const { methods } of resultsOf('beyond-images').tasks) {
    for (const { name, found } of methods)
      expect(text).toContain(`${name} ${interval(found.share)} highest: ${found.first.count} of ${found.first.of}`)
  }
})

it('the conclusion is told with its outcome and all trials', () => {
  const { text } = shownPage('studies/conclusion/')
  for (const { outcome, trials } of resultsOf('conclusion').sets) {
    expect(text).toContain(outcome)
    for (const { means, order } of trials) expect(text).toContain(`${interval(means.edges)} ${order}`)
  }
})

it('the chooser is judged by all of its seeds', () => {
  const { text } = shownPage('studies/chooser/')
  const { seeds, pickShare, picks } = resultsOf('chooser')
  expect(text).toContain(`${picks[0].name}, ${picks[0].count} of ${seeds.length}`)
  expect(text).toContain(interval(pickShare))
  const ranks = ({ ranking }: { ranking: readonly { name: string; meanRank: { mean: number } }[] }) =>
    seeds[0].ranking.map(
      ({ name }: { name: string }) => ranking.find((row) => row.name === name)?.meanRank.mean.toFixed(2) ?? '–',
    )
  for (const one of seeds) expect(text).toContain(`${one.seed} ${ranks(one).join(' ')}`)
})
