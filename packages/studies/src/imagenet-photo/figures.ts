import type { AttributionMap, NDArray, RawImage } from '@explainnet/core'
import {
  baselineFigure,
  colourise,
  gridOf,
  normalise,
  normaliseGrid,
  pathStripFigure,
  type ReportTable,
  resizeBilinear,
  techniqueGridFigure,
} from '@explainnet/viz'
import type { IntegrationPath } from '../study/integration-path.ts'
import { type PageFigure, percent } from '../study/page.ts'
import type { AxiomCheck } from './axioms.ts'

export interface NamedShare {
  readonly name: string
  readonly probability: number | undefined
}

export const topTable = (top: readonly NamedShare[]): ReportTable => ({
  caption: `The ${top.length} likeliest classes`,
  columns: ['class', 'probability'],
  rows: top.map(({ name, probability }) => [name, probability === undefined ? '–' : percent(probability)]),
})

export function pathFigure(
  name: string,
  { target, points }: IntegrationPath,
  gaps: { readonly trapezoid: number; readonly left: number },
): PageFigure {
  return {
    file: 'path',
    caption: `The straight path from the baseline to the picture, every fifth of 50 steps, and the score of ${target.name} along it. By the trapezoid rule Σ A misses f(x) − f(b) by ${percent(gaps.trapezoid, 2)} of it, by the left Riemann sum of the original by ${percent(gaps.left, 2)}, with as many steps.`,
    figure: pathStripFigure({
      title: `The path to ${name}: ${target.name}`,
      scoreTitle: `Score (${target.space})`,
      points: points.map(({ alpha, picture, score }) => ({ alpha, image: picture, score })),
    }),
  }
}

/** The gradient at each point of the path in one scale, and how fast the score rises there. */
export function gradientsFigure({ points, target }: IntegrationPath, { width, height }: RawImage): PageFigure {
  const grids = points.map(({ gradient }) => gridOf(imageMap(gradient), 0, 'max-abs'))
  const limit = Math.max(...grids.map((grid) => normaliseGrid(grid).limit))
  return {
    file: 'gradients',
    caption:
      'The largest |gradient| of the channels at each of these points, all in one scale, and below it gradient · (input − baseline): the slope of the score, whose integral is f(x) − f(b). Where the slope at the picture itself (α = 1) is small, the network is saturated, and the gradient there says little.',
    figure: pathStripFigure({
      title: `The gradient along the path: ${target.name}`,
      scoreTitle: 'Slope of the score',
      points: points.map(({ alpha, slope }, i) => ({
        alpha,
        score: slope,
        image: colourise(resizeBilinear(normaliseGrid(grids[i]!, { limit }), width, height), { colours: 'inferno' }),
      })),
    }),
  }
}

export const maskFigure = (name: string, { points, map }: IntegrationPath, picture: RawImage): PageFigure => ({
  file: 'baseline',
  caption: 'Baseline, picture, the mask |Σ channels A|, and the mask over the picture, in inferno.',
  figure: baselineFigure({
    title: `Integrated gradients of ${name}`,
    baseline: points[0]!.picture,
    image: picture,
    map: normalise(map),
  }),
})

export const comparisonFigure = (
  name: string,
  { points, map, target }: IntegrationPath,
  picture: RawImage,
): PageFigure => {
  const gradient = imageMap(points.at(-1)!.gradient)
  const maps = [
    normalise(gradient, 0, { reduction: 'max-abs' }),
    normalise(map, 0, { reduction: 'max-abs' }),
    normalise(map),
  ]
  const shown = { name: target.name, probability: target.probability, image: picture, maps }
  return {
    file: 'gradient-and-integrated-gradients',
    caption:
      'The gradient at the picture beside integrated gradients: as sizes, the largest of the channels, and signed, red for the class and blue against it.',
    figure: techniqueGridFigure({
      title: `Gradient and integrated gradients of ${name}`,
      techniques: ['|Gradient|', '|Integrated gradients|', 'Integrated gradients'],
      rows: [shown],
      cell: 200,
    }),
  }
}

const imageMap = ({ shape, data }: NDArray): AttributionMap => ({
  shape,
  data,
  axes: ['batch', 'height', 'width', 'channel'],
  domain: 'input',
})

/** What the same picture is taken for with its pixels wrong. */
export interface WrongPixels extends NamedShare {
  readonly pixels: string
  /** Rank correlation of the map with that of the right pixels. */
  readonly spearman: number
}

export const wrongPixelsTable = (rows: readonly WrongPixels[]): ReportTable => ({
  caption:
    'The original normalised its pixels twice and gave them in the order BGR; here the model’s card says how, and it is done once. What the mistakes change:',
  columns: ['pixels', 'prediction', 'probability', 'rank correlation of the map with the right one'],
  rows: rows.map(({ pixels, name, probability, spearman }) => [
    pixels,
    name,
    probability === undefined ? '–' : percent(probability),
    spearman.toFixed(3),
  ]),
})

export function axiomTable(checks: Readonly<Record<string, readonly AxiomCheck[]>>): ReportTable {
  const methods = Object.keys(checks)
  const number = (value: number) => (value === 0 ? '0' : value.toPrecision(2))
  return {
    caption:
      'The axioms of Sundararajan et al. 2017, measured on this network and picture: 0 where one holds exactly, and how much passes for rounding or for a finite number of steps',
    columns: ['axiom', 'what is measured', 'at most', ...methods],
    rows: checks[methods[0]!]!.map(({ axiom, how, tolerance }, place) => [
      axiom,
      how,
      String(tolerance),
      ...methods.map((method) => {
        const { measured, passed } = checks[method]![place]!
        return measured === null ? 'not checked' : `${number(measured)} ${passed ? '✓' : '✗'}`
      }),
    ]),
  }
}
