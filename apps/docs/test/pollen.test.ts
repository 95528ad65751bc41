/** The pages of Pollen as they were built: what is shown is what was measured. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { techniques } from '@explainnet/studies'
import { describe, expect, it } from 'vitest'
import { committed, dist, interval, percent, shownPage } from './support/shown-page.ts'

const results = committed('packages/studies/results/pollen.json')
const pages = ['', 'techniques/', 'smoothgrad/', 'integrated-gradients/', 'global/']

describe('the network and its report', () => {
  const { text, images } = shownPage('pollen/')
  it('has accuracy with its interval, and the other splits beside it', () => {
    const { accuracy, interval: bounds, correct, count, loss } = results.test
    expect(text).toContain(`${correct} right: ${percent(accuracy)}`)
    expect(text).toContain(`${(bounds.low * 100).toFixed(1)} – ${percent(bounds.high)}`)
    expect(text).toContain(`Test ${correct} of ${count} ${percent(accuracy)} ${loss}`)
    expect(text).toContain(percent(results.training.validationAccuracy))
    expect(text).toContain(percent(results.linearModel.accuracy))
  })
  it('has every class, confusion and curves', () => {
    const number = (value: number | null) => value?.toFixed(3) ?? '–'
    for (const { label, precision, recall, f1, auc, support } of results.test.classes) {
      expect(text).toContain(`${label} ${[precision, recall, f1, auc].map(number).join(' ')} ${support}`)
    }
    const figures = images.filter(({ src }) => src.includes('/figures/')).map(({ src }) => src.replace(/^.*\//, ''))
    expect(figures).toEqual(['pollen-confusion.svg', 'pollen-training.svg'])
  })
})

describe('the gallery', () => {
  const { text, images: all, attribute } = shownPage('pollen/techniques/')
  const images = all.filter(({ src }) => src.includes('/gallery/'))
  const rendered = text.includes('These pictures are rendered')
  const model = committed(`packages/studies/models/${rendered ? 'pollen-sim' : 'pollen'}/card.json`)
  it('has a row for every class and a column for every technique', () => {
    expect(attribute('data-class')).toEqual(model.labels)
    expect(attribute('data-technique')).toEqual(techniques.map(({ name }) => name))
    for (const { title } of techniques) expect(text).toContain(title)
  })
  it('has a picture in every cell, with words for those who cannot see it', () => {
    const named = images.filter(({ alt }) => alt !== '')
    expect(named).toHaveLength(model.labels.length * (techniques.length + 1))
    for (const { src, alt } of images) {
      expect(alt).toBeDefined()
      expect(existsSync(join(dist, src.replace(/^.*?\/gallery\//, 'gallery/')))).toBe(true)
    }
    expect(named.map(({ alt }) => alt)).toContain(`Grad-CAM of ${model.labels[0]}`)
  })
})

it.each(pages)('the data paper is cited on pollen/%s', (page) => {
  expect(shownPage(`pollen/${page}`).attribute('href')).toContain('https://doi.org/10.1371/journal.pone.0157044')
})

it('the choice of noise and samples is the committed one', () => {
  const { text, images } = shownPage('pollen/smoothgrad/')
  const { chosen, best, random } = results.smoothing
  expect(text).toContain(`σ = ${chosen.noise} of 255 and ${chosen.samples} samples , score ${interval(chosen.score)}`)
  expect(text).toContain(`σ = ${best.noise} with ${best.samples} samples, ${interval(best.score)}`)
  expect(text).toContain(interval(random))
  expect(images.some(({ src }) => src.endsWith('figures/noise-grid.svg'))).toBe(true)
})

it('how integrated gradients converge is the committed count', () => {
  const { converged, images, evaluations, completeness } = results.integratedGradients
  const { text } = shownPage('pollen/integrated-gradients/')
  expect(text).toContain(`${converged} of ${images}`)
  expect(text).toContain(`Evaluations ${evaluations.median} ${evaluations.largest}`)
  expect(text).toContain(`${percent(completeness.median, 2)} ${percent(completeness.largest, 2)}`)
})

it('relevance on planted traits is the committed one, of every method and control', () => {
  const { traitShare, twoGrains } = committed('packages/studies/results/pollen-sim.json')
  const { text } = shownPage('pollen/rendered/')
  for (const { name, positive } of traitShare.maps) expect(text).toContain(`${name} ${interval(positive)}`)
  for (const { name, moved } of twoGrains.methods) expect(text).toContain(`${name} ${percent(moved.share)}`)
})

it('what each technique gets wrong is told of all of them', () => {
  const { text } = shownPage('pollen/wrong/')
  const { methods } = committed('packages/studies/results/shortcut.json').barShare
  expect(methods.map(({ name }: { name: string }) => name)).toEqual(techniques.map(({ title }) => title))
  for (const { name, bar, verdict } of methods) expect(text).toContain(`${name} ${interval(bar.shortcut)} ${verdict}`)
})
