import { decode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import type { Box, Figure } from '../figure/figure.ts'
import { textBox } from '../figure/sheet.ts'
import { figureSvg } from '../figure/svg.ts'
import { letterOf, unitsPerEm } from '../font/letters.ts'
import { fitText, textWidth, wrapText } from '../font/measure.ts'
import { colourOf, hex } from '../marks/colour-map.ts'
import { outlineOf } from '../marks/contour.ts'
import { figurePng } from '../png.ts'
import { normaliseGrid } from '../values/normalise.ts'
import { classGridFigure } from './class-grid.ts'
import { confusionFigure } from './confusion.ts'
import { featureBarsFigure } from './feature-bars.ts'
import { graphFigure } from './graph.ts'
import { noiseGridFigure } from './noise-grid.ts'
import { baselineFigure, mapPanelsFigure } from './panels.ts'
import { rocFigure } from './roc.ts'
import { sharesFigure } from './shares.ts'
import { signalFigure } from './signal.ts'
import { signalGridFigure } from './signal-grid.ts'
import { classMapsFigure, layerSweepFigure, pathStripFigure } from './strips.ts'
import { techniqueGridFigure } from './technique-grid.ts'
import { tokenStripFigure } from './token-strip.ts'
import { bestEpoch, trainingCurvesFigure } from './training-curves.ts'

const image = (width = 12, height = 12) => ({
  width,
  height,
  channels: 3 as const,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7) % 256),
})
const map = (width = 6, height = 6, signed = false) =>
  normaliseGrid({
    width,
    height,
    data: Float32Array.from({ length: width * height }, (_, i) => ((i * 13) % 17) - (signed ? 8 : 0)),
  })
const long = 'a class with a name that is much longer than any cell_of_the_figure/would_allow_for_it'
const names = ['urtica', long, 'Wäldchen', 'M', 'iiii', 'σ ≥ 2', 'last']
const techniques = ['Saliency', 'Integrated gradients', long]

const all: Record<string, Figure> = {
  roc: rocFigure({
    title: 'ROC',
    curves: names.map((name, i) => ({
      name,
      auc: 1 - i / 14,
      points: [
        [0, 0],
        [i / 7, 1],
        [1, 1],
      ],
    })),
  }),
  'class grid': classGridFigure({
    title: long,
    subtitle: `${long} ${long}`,
    items: names.map((name) => ({ name, image: image() })),
  }),
  'technique grid': techniqueGridFigure({
    title: 'Techniques',
    techniques,
    rows: names.map((name, i) => ({
      name,
      probability: 0.5,
      image: image(),
      maps: [map(), i === 2 ? undefined : map(12, 12, true), map(3, 3)],
      outline: outlineOf({
        width: 12,
        height: 12,
        data: image()
          .data.slice(0, 144)
          .map((value) => (value > 90 ? 1 : 0)),
      }),
    })),
  }),
  overlays: techniqueGridFigure({
    title: '',
    show: 'overlay',
    techniques: ['A'],
    rows: [{ name: 'x', image: image(), maps: [map()] }],
  }),
  'map panels': mapPanelsFigure({
    title: 'Grad-CAM',
    image: image(24, 12),
    map: map(),
    raw: map(),
    unit: 'activation',
  }),
  'map panels without a raw map': mapPanelsFigure({ title: 'IG', image: image(), map: map(12, 12, true) }),
  'baseline figure': baselineFigure({ title: 'IG', baseline: image(), image: image(), map: map(12, 12, true) }),
  'noise grid': noiseGridFigure({
    title: 'Noise',
    metric: 'insertion − deletion',
    sigmas: [10, 20, 140],
    samples: [10, 80],
    values: [
      [0.1, 0.2],
      [0.3, 0.4],
      [0.5, Number.NaN],
    ],
    chosen: { sigma: 20, samples: 80 },
    maps: [
      [map(), map()],
      [map(), map()],
      [map(), map()],
    ],
  }),
  'smallest noise grid': noiseGridFigure({
    title: 'N',
    metric: 'a metric with a long name',
    sigmas: [10],
    samples: [5],
    values: [[1]],
  }),
  'smallest confusion matrix': confusionFigure({
    title: 'C',
    labels: ['a', 'b'],
    counts: [
      [1, 0],
      [0, 1],
    ],
  }),
  'path strip': pathStripFigure({
    title: 'Path',
    points: Array.from({ length: 11 }, (_, i) => ({ alpha: i / 10, image: image(), score: i * i * 1e-5 })),
  }),
  'layer sweep': layerSweepFigure({
    title: 'Layers',
    image: image(),
    layers: names.map((name) => ({ name, map: map() })),
  }),
  'class maps': classMapsFigure({
    title: 'Global',
    overall: { name: 'All', map: map() },
    maps: names.map((name) => ({ name, map: map(6, 6, true) })),
  }),
  'training curves': trainingCurvesFigure({
    title: 'Training',
    epochs: Array.from({ length: 30 }, (_, i) => ({
      epoch: i + 1,
      loss: 3 / (i + 1),
      validationLoss: 3 / (i + 1) + i / 50,
      accuracy: i / 30,
      validationAccuracy: i / 40,
    })),
  }),
  signal: signalFigure({
    title: 'Signal',
    signal: [1, -2, 3, 0.5, 2, 1],
    template: [1, -1, 2, 0, 1, 1],
    maps: [
      { name: long, map: map(6, 1, true) },
      { name: 'b', map: map(3, 1) },
    ],
  }),
  'signal grid': signalGridFigure({
    title: 'Signals',
    columns: [long, 'b', 'c'],
    rows: [
      {
        name: long,
        cells: [{ signal: [1, 2, 0], map: map(3, 1, true), note: long }, { signal: [0, 0, 0] }, undefined],
      },
      { name: 'b', cells: [undefined, { signal: [5, -5, 5], behind: [1, 2], span: [0.5, 2], map: map(2, 1) }] },
    ],
  }),
  'confusion matrix': confusionFigure({
    title: 'Confusion',
    labels: names,
    counts: names.map((_, i) => names.map((_, j) => (i === j ? 1234 : j % 2))),
  }),
  shares: sharesFigure({
    title: 'Shares',
    axis: 'share',
    rows: [
      { name: long, value: 0.4, interval: [0.3, 0.5] },
      { name: 'uniform', value: 0.1, control: true },
    ],
  }),
  'token strip': tokenStripFigure({
    title: 'What the question asks for',
    rows: [
      {
        name: long,
        tokens: `how many ${long}`.split(' '),
        values: [1, 0.5, ...Array(18).fill(-0.2)],
        marked: [true, true],
      },
      { name: 'blank', tokens: ['nothing', long.replaceAll(' ', '')], values: [0, 0] },
    ],
  }),
  'feature bars': featureBarsFigure({
    title: 'Features',
    axis: 'logit',
    features: names.map((name, i) => ({ name, value: String(i), attribution: (i - 3) * 0.7 })),
    top: 5,
  }),
  graphs: graphFigure({
    title: 'Molecules',
    panels: names.map((name) => ({
      name,
      nodes: [
        { label: 'N', x: 0, y: 0, attribution: 1, marked: true },
        { label: 'Cl', x: 1, y: 1, attribution: -0.4 },
      ],
      edges: [{ from: 0, to: 1, attribution: 0.3 }],
    })),
  }),
}

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width - 0.01 && b.x < a.x + a.width - 0.01 && a.y < b.y + b.height - 0.01 && b.y < a.y + a.height - 0.01
const pairs = <T>(list: readonly T[]) => list.flatMap((a, i) => list.slice(i + 1).map((b) => [a, b] as const))

describe.each(Object.entries(all))('the layout of the %s', (_, figure) => {
  const texts = figure.marks.filter((mark) => mark.kind === 'text')
  const inside = ({ x, y, width, height }: Box) =>
    x >= 0 && y >= 0 && x + width <= figure.width && y + height <= figure.height

  it('keeps panels apart and on the canvas', () => {
    expect(figure.panels.length).toBeGreaterThan(0)
    expect(figure.panels.filter((panel) => !inside(panel))).toEqual([])
    expect(pairs(figure.panels).filter(([a, b]) => overlap(a, b))).toEqual([])
  })

  it('keeps all text and pictures on the canvas, and no line runs into another', () => {
    expect(texts.filter((text) => !inside(textBox(text)))).toEqual([])
    expect(figure.marks.filter((mark) => mark.kind === 'image' && !inside(mark))).toEqual([])
    const clashes = pairs(texts).filter(([a, b]) => overlap(textBox(a), textBox(b)))
    expect(clashes.map(([a, b]) => [a.text, b.text])).toEqual([])
    const pictures = figure.marks.filter((mark) => mark.kind === 'image')
    expect(texts.filter((text) => pictures.some((picture) => overlap(textBox(text), picture)))).toEqual([])
  })

  it('has numbers, not NaN, everywhere', () => {
    expect(figureSvg(figure)).not.toMatch(/NaN|undefined|Infinity/)
  })
})

it('figures are the same bytes each time, and PNGs have the size asked for', async () => {
  const figure = all['map panels']!
  const first = await figurePng(figure, { scale: 1.5 })
  expect(await figurePng(figureSvg(figure), { scale: 1.5 })).toEqual(first)
  const { width, height } = decode(first)
  expect([width, height]).toEqual([Math.round(figure.width * 1.5), Math.round(figure.height * 1.5)])
})

it('letters are drawn by the rasteriser without any font at hand', async () => {
  const title = 'Hm'
  const dark = async (figure: Figure) => {
    const { data } = decode(await figurePng(figure, { scale: 1 }))
    return data.filter((value, i) => i % 4 === 0 && value < 60).length
  }
  const marks = [
    {
      kind: 'text' as const,
      x: 5,
      y: 30,
      text: title,
      size: 24,
      weight: 600 as const,
      fill: '#000',
      anchor: 'start' as const,
    },
  ]
  const figure = { width: 60, height: 40, title, description: '', marks, panels: [] }
  expect(await dark(figure)).toBeGreaterThan(100)
  expect(await dark({ ...figure, marks: [] })).toBe(0)
})

it('text is as wide as it is measured to be', async () => {
  const text = 'HHHHHHHHHH'
  const mark = {
    kind: 'text' as const,
    x: 10,
    y: 30,
    text,
    size: 20,
    weight: 400 as const,
    fill: '#000',
    anchor: 'start' as const,
  }
  const figure = { width: 200, height: 40, title: '', description: '', marks: [mark], panels: [] }
  const { data, width, channels } = decode(await figurePng(figure, { scale: 1 }))
  const columns = [...data].flatMap((value, i) => (i % channels === 0 && value < 128 ? [(i / channels) % width] : []))
  expect(textWidth(text, 20)).toBeCloseTo((10 * 20 * letterOf('H', 400)!.advance) / unitsPerEm)
  // Side bearings aside, which are a tenth of the size at most on each end.
  expect(Math.abs(Math.max(...columns) - 10 - textWidth(text, 20))).toBeLessThan(3)
})

it('hostile names stay text in well-formed SVG', async () => {
  const name = '</text><script>alert(1)</script> "&\'\u0000\ud800 花'
  const figure = classGridFigure({ title: name, subtitle: name, items: [{ name, image: image() }] })
  const svg = figureSvg(figure)
  expect(svg).not.toContain('<script')
  expect(svg).not.toContain('\u0000')
  // The rasteriser's XML parser is strict.
  await expect(figurePng(svg, { scale: 1 })).resolves.toBeInstanceOf(Uint8Array)
})

it('letters that are not bundled stay text', () => {
  expect(figureSvg(classGridFigure({ title: '花粉', items: [{ name: 'a', image: image() }] }))).toContain('>花</text>')
})

it('every cell of the noise grid belongs to the σ of its row and the n of its column', () => {
  const figure = noiseGridFigure({
    title: 't',
    metric: 'm',
    sigmas: [10, 20, 30],
    samples: [5, 8],
    values: [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
  })
  const at = (text: string) =>
    figure.marks.find((mark) => mark.kind === 'text' && mark.text === text)! as { x: number; y: number }
  expect(at('4.00').y).toBeCloseTo(at('20').y, 0)
  expect(at('4.00').x).toBeCloseTo(at('8').x, 0)
  expect(at('5.00').y).toBeCloseTo(at('30').y, 0)
})

it('the best epoch is the one with the lowest validation loss', () => {
  const epochs = [3, 1, 2].map((validationLoss, i) => ({ epoch: i + 1, loss: 1 / (i + 1), validationLoss }))
  expect(bestEpoch(epochs)).toBe(2)
})

it('text is measured, cut and wrapped to a width', () => {
  expect(textWidth('ii', 20)).toBe(2 * textWidth('i', 20))
  expect(textWidth('W', 12)).toBeGreaterThan(textWidth('i', 12))
  const cut = fitText(long, 80, 12)
  expect(cut.endsWith('…')).toBe(true)
  expect(textWidth(cut, 12)).toBeLessThanOrEqual(80)
  const lines = wrapText('one two three four', 60, 12, 3)
  expect(lines.join(' ')).toBe('one two three four')
  for (const line of lines) expect(textWidth(line, 12)).toBeLessThanOrEqual(60)
})

describe('the token strip', () => {
  const figure = tokenStripFigure({
    title: 'T',
    rows: [{ name: 'row', tokens: ['for', 'against', 'idle'], values: [2, -2, 0], marked: [true, false, false] }],
  })
  const boxes = figure.marks.filter((mark) => mark.kind === 'rect')

  it('colours each token by its share of the largest, and underlines what is known to matter', () => {
    expect(boxes.map((box) => box.fill)).toEqual([1, -1, 0].map((value) => hex(colourOf('red-blue', value))))
    expect(figure.marks.filter((mark) => mark.kind === 'path')).toHaveLength(1)
  })
})

describe('the feature bars', () => {
  const features = [3, -5, 1, 0.5, 0.25].map((attribution, i) => ({ name: `f${i}`, attribution }))
  const figure = featureBarsFigure({ title: 'T', axis: 'logit', features, top: 3 })

  it('puts the largest first and adds up what has no room', () => {
    expect(figure.description).toBe('f1: -5.00, f0: 3.00, 3 others: 1.75')
  })
})
