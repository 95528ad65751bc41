import { expect, it } from 'vitest'
import type { JudgedPicture, Scores } from './judge.ts'
import { trials } from './outcome.ts'

/** Thirty pictures whose scores differ by a technique's lead and by the picture, with a little of each picture's own. */
const pictures = (lead: Record<'integrated-gradients' | 'smooth-grad' | 'saliency', number>): JudgedPicture[] =>
  Array.from({ length: 30 }, (_, i) => {
    const scores = (name: keyof typeof lead, place: number): Scores => ({
      deletion: 0.5 + (i % 7) / 10 - lead[name] + ((i * (place + 1)) % 5) / 100,
    })
    const both = (name: keyof typeof lead, place: number) => ({
      signed: scores(name, place),
      magnitude: { deletion: 0.3 },
    })
    return {
      techniques: {
        'integrated-gradients': both('integrated-gradients', 0),
        'smooth-grad': both('smooth-grad', 1),
        saliency: both('saliency', 2),
      },
      trivial: { random: { deletion: 0.6 } },
      converged: true,
    }
  })

const orders = (lead: Parameters<typeof pictures>[0]) =>
  trials(pictures(lead)).map(({ reading, order }) => [reading, order])

it('the order holds where both neighbours are better, whatever pictures have in common', () => {
  const lead = { 'integrated-gradients': 0.2, 'smooth-grad': 0.1, saliency: 0 }
  expect(orders(lead)).toEqual([
    ['signed', 'holds'],
    ['magnitude', 'undecided'],
  ])
  const [signed] = trials(pictures(lead))
  expect(signed!.comparisons.map(({ first, second, verdict }) => [first, second, verdict])).toEqual([
    ['integrated-gradients', 'smooth-grad', 'better'],
    ['smooth-grad', 'saliency', 'better'],
    ['integrated-gradients', 'saliency', 'better'],
  ])
  // Less deletion is better, so the advantage is the second's area less the first's.
  expect(signed!.comparisons[0]!.advantage.mean).toBeCloseTo(0.1, 1)
  expect(signed!.means['random']!.mean).toBeCloseTo(0.6, 12)
})

it('is contradicted where one neighbour is worse, and undecided where they are alike', () => {
  expect(orders({ 'integrated-gradients': 0.1, 'smooth-grad': 0.2, saliency: 0 })[0]).toEqual([
    'signed',
    'contradicted',
  ])
  expect(orders({ 'integrated-gradients': 0.1, 'smooth-grad': 0, saliency: 0 })[0]).toEqual(['signed', 'undecided'])
})
