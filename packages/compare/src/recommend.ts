import type { Comparison } from './api.ts'

/** The method to use with reasons and limits, or why there is none. */
export function recommend(found: Omit<Comparison, 'recommendation'>): Comparison['recommendation'] {
  const { ranking, network, metrics, methods, examples } = found
  const limits = limitsOf(found)
  const none = (text: string, reasons: string[]): Comparison['recommendation'] => ({ text, reasons, limits })
  if (network.outcome === 'knows-nothing') {
    return none(
      'No method is recommended: the network shows no knowledge of these examples, so there is nothing to explain.',
      [network.reason],
    )
  }
  if (ranking.length === 0) {
    return none(
      'No method is recommended: none passed the sanity check.',
      methods.map(({ title, reason }) => `${title}: ${reason}`),
    )
  }
  const convincing = ranking.filter(({ overRandom }) => 2 * overRandom.length > metrics.length)
  if (convincing.length === 0) {
    return none('No method is recommended: none tells what the network uses better than a random map does.', [
      `On most of ${metrics.length} metrics no method's difference from a random map leaves out 0.`,
    ])
  }
  const pick = convincing[0]!
  const report = methods.find(({ name }) => name === pick.name)!
  const equals = convincing.filter(({ name, behind }) => name !== pick.name && behind.low <= 0)
  const better = ranking.indexOf(pick)
  const reasons = [
    report.sanity?.outcome === 'not-testable'
      ? `Sanity: not testable. ${report.sanity.reason}`
      : `Sanity: its maps depend on what the network learned. ${report.reason}`,
    `Faithfulness: better than a random map on ${pick.overRandom.length} of ${metrics.length} metrics (${pick.overRandom.join(', ')}).`,
    `Rank: ${pick.meanRank.mean.toFixed(1)} on average (95 % interval ${pick.meanRank.low.toFixed(1)} to ${pick.meanRank.high.toFixed(1)}) of ${ranking.length}; it comes first in ${(100 * pick.first).toFixed(0)} % of resamples of the ${examples} examples.`,
    ...(better > 0 ? [`${better} ranked before it: no better than a random map on most metrics.`] : []),
    `Cost: ${report.cost!.passes} passes a map.`,
    equals.length > 0
      ? `Not told apart from it on these examples: ${equals.map(({ title }) => title).join(', ')}.`
      : 'No other method comes within its interval.',
  ]
  const sensitivity = report.figures['max-sensitivity']
  if (sensitivity && sensitivity.mean > 1) {
    limits.unshift(
      `Its maps are not steady: noise of 2 % of the range changes them by ${(100 * sensitivity.mean).toFixed(0)} % of their size.`,
    )
  }
  return { method: pick.name, text: `Use ${pick.title}.`, reasons, limits }
}

function limitsOf({
  examples,
  network,
  methods,
  agreement,
  metrics,
  plan,
}: Omit<Comparison, 'recommendation'>): string[] {
  const out = methods.filter(({ outcome }) => outcome === 'left-out')
  return [
    ...(network.outcome === 'untested' ? [`Whether the network knows anything was not tested: ${network.reason}`] : []),
    ...(plan.copies === 0 ? ['Sanity could not be tested: an edge detector would not be caught.'] : []),
    ...(examples < 16
      ? [`${examples} examples are few: intervals are wide, and the choice may change with others.`]
      : []),
    ...(agreement !== undefined && agreement < 0.5
      ? [`The metrics disagree on the order (Kendall's W ${agreement.toFixed(2)}): look at each.`]
      : []),
    ...(out.length > 0 ? [`Left out for their cost: ${out.map(({ title }) => title).join(', ')}.`] : []),
    ...(metrics.includes('relevance-mass-accuracy')
      ? []
      : [
          'No masks were given: whether the network looks at the right thing was not asked, only whether maps tell where it looks.',
        ]),
    'It holds for this network and examples like these, not for the method in general.',
  ]
}
