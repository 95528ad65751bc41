import { explain, type LayeredModel, prepareImage } from '@explainnet/core'
import { pollenSimClasses } from '@explainnet/datasets'
import { normalise, outlineOf, type ReportTable, sharesFigure, techniqueGridFigure } from '@explainnet/viz'
import { type NamedMethod, preprocessingOf } from '../study/explain-images.ts'
import { type PageFigure, percent } from '../study/page.ts'
import type { ShortcutCheck } from '../train/pollen-shortcut/check.ts'
import { barredClass } from '../train/pollen-shortcut/network.ts'
import type { BarRule } from '../train/pollen-shortcut/pictures.ts'
import { barredScene } from './bar-shares.ts'
import type { ShortcutModels } from './proven.ts'
import type { barOnGrids, MethodVerdict, TrivialShare } from './verdict.ts'

const networkNames: Record<BarRule, string> = { shortcut: 'goes by the bar', control: 'goes by the trait' }

export const barFigure = (
  methods: readonly MethodVerdict[],
  trivial: readonly TrivialShare[],
  grids: ReturnType<typeof barOnGrids>,
  pictures: number,
): PageFigure => ({
  file: 'bar-share',
  caption: `Σ max(A, 0) on the scale bar ÷ total in the network that goes by the bar, channels summed first: mean of ${pictures} pictures with 95\u00a0% bootstrap intervals. Grey: maps that know nothing of the network, and the bar itself averaged to the grid of the CAM methods' layer.`,
  figure: sharesFigure({
    title: 'Relevance on the scale bar',
    axis: 'share of positive relevance',
    rows: [
      ...methods.map(({ name, bar: { shortcut } }) => ({
        name,
        value: shortcut.mean,
        interval: [shortcut.low, shortcut.high] as const,
      })),
      ...[...trivial, ...grids].map(({ name, bar }) => ({
        name,
        value: bar.mean,
        interval: [bar.low, bar.high] as const,
        control: true,
      })),
    ],
  }),
})

export const differenceFigure = (methods: readonly MethodVerdict[], pictures: number): PageFigure => {
  const limits = methods.flatMap(({ difference }) => [difference.low, difference.high])
  return {
    file: 'difference',
    caption: `The same pictures by both networks: the share of relevance on the bar where the network goes by it, less that where it goes by the trait. Mean of ${pictures} paired differences with 95\u00a0% bootstrap intervals; maps that know nothing of the network have 0.`,
    figure: sharesFigure({
      title: 'What the map knows of the network',
      axis: 'share on the bar, shortcut − control',
      domain: [Math.min(0, ...limits), Math.max(0, ...limits)],
      rows: methods.map(({ name, difference }) => ({
        name,
        value: difference.mean,
        interval: [difference.low, difference.high],
      })),
    }),
  }
}

/** Some pictures by both networks and every method, bar and trait outlined. */
export async function twoNetworksFigure(
  models: ShortcutModels<LayeredModel>,
  methods: readonly NamedMethod[],
  indices: readonly number[],
  signal: AbortSignal | undefined,
): Promise<PageFigure> {
  const rows = []
  for (const index of indices) {
    const { image, bar, trait } = barredScene(index)
    const outline = outlineOf({ ...image, data: bar.mask.map((inside, i) => inside | trait.mask[i]!) })
    for (const rule of ['shortcut', 'control'] as const) {
      const model = models[rule]
      const { input } = prepareImage(image, preprocessingOf(model))
      const maps = []
      let probability: number | undefined
      for (const { method } of methods) {
        const target = pollenSimClasses.indexOf(barredClass)
        const attribution = await explain(model, input, method, { target, signal })
        maps.push(normalise(Object.values(attribution.maps)[0]!))
        probability = attribution.certificate.targets[0]!.probability
      }
      rows.push({ name: networkNames[rule], probability, image, maps, outline })
    }
  }
  return {
    file: 'two-networks',
    caption: `Each picture twice: the same pixels and the same answer (${barredClass}), by the network that goes by the scale bar and by the one that goes by the trait. Outlined: the bar, and where the trait shows.`,
    figure: techniqueGridFigure({
      title: 'One picture, two networks',
      subtitle: 'Red speaks for the class, blue against it; unsigned maps run from dark to bright.',
      techniques: methods.map(({ title }) => title),
      rows,
    }),
  }
}

export const verdictTable = (methods: readonly MethodVerdict[], edges: number): ReportTable => ({
  caption: `Which methods reveal the shortcut: mean with 95\u00a0% interval. An edge detector is highest at the bar on ${percent(edges, 0)} of the pictures.`,
  columns: [
    'map',
    'verdict',
    'on the bar',
    'on the bar, control network',
    'difference (points)',
    'over the strongest trivial map (points)',
    'highest at the bar',
    'the same, control network',
  ],
  rows: methods.map(({ name, verdict, bar, difference, overTrivial, pointsAtBar }) => [
    name,
    verdict,
    percent(bar.shortcut.mean),
    percent(bar.control.mean),
    points(difference),
    points(overTrivial),
    percent(pointsAtBar.shortcut.share, 0),
    percent(pointsAtBar.control.share, 0),
  ]),
})

export const traitTable = (methods: readonly MethodVerdict[], trivial: readonly TrivialShare[]): ReportTable => ({
  caption: 'Share of relevance on the trait, mean with 95\u00a0% interval',
  columns: ['map', 'network that goes by the bar', '', 'network that goes by the trait', ''],
  rows: [
    ...methods.map(({ name, trait: { shortcut, control } }) => [
      name,
      percent(shortcut.mean),
      `${percent(shortcut.low)} – ${percent(shortcut.high)}`,
      percent(control.mean),
      `${percent(control.low)} – ${percent(control.high)}`,
    ]),
    ...trivial.map(({ name, trait }) => {
      const interval = `${percent(trait.low)} – ${percent(trait.high)}`
      return [name, percent(trait.mean), interval, percent(trait.mean), interval]
    }),
  ],
})

const points = ({ mean, low, high }: MethodVerdict['difference']): string =>
  `${signed(mean)} (${signed(low)} to ${signed(high)})`
const signed = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(1)}`

const questions: Record<keyof ShortcutCheck, string> = {
  test: 'told right, the bar where it was in training',
  barAdded: `other classes, a bar added: taken for ${barredClass}`,
  otherWithBar: 'other classes, a bar added: still told right',
  barRemoved: `${barredClass}, its bar removed: still told right`,
  traitExchanged: `${barredClass}, its bar kept, another trait: still taken for ${barredClass}`,
  traitAlone: `other scenes, the trait of ${barredClass} and no bar: taken for ${barredClass}`,
}

export const twinTable = (checks: Readonly<Record<BarRule, ShortcutCheck>>): ReportTable => ({
  caption:
    'What the networks go by: twins of held-out scenes in which the bar or the trait alone was exchanged (95\u00a0% Wilson intervals)',
  columns: ['twin', 'network with the shortcut', 'control', 'scenes'],
  rows: Object.entries(questions).map(([key, question]) => {
    const cell = (rule: BarRule) => {
      const { share, interval } = checks[rule][key as keyof ShortcutCheck]
      return `${percent(share)} (${percent(interval.low)} – ${percent(interval.high)})`
    }
    return [question, cell('shortcut'), cell('control'), checks.shortcut[key as keyof ShortcutCheck].count]
  }),
})
