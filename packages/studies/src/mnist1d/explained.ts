import { rowOf } from '@explainnet/core'
import { mnist1dClasses, mnist1dSample, mnist1dTemplates, type Stroke } from '@explainnet/datasets'
import { normaliseGrid, type SignalCell, signalFigure, signalGridFigure } from '@explainnet/viz'
import type { TableMethod } from '../confidence-change/index.ts'
import type { PageFigure } from '../study/page.ts'
import type { SignalExample } from './data.ts'
import { signalMaps } from './maps.ts'
import type { NamedNetwork } from './networks.ts'
import type { LocatedExample } from './stroke-relevance.ts'

/** One signal of every digit by every method. */
export async function explainedSignalsFigure(
  { name, title, model }: NamedNetwork,
  examples: readonly SignalExample[],
  methods: readonly TableMethod[],
  signal?: AbortSignal,
): Promise<PageFigure> {
  return {
    file: `signals-${name}`,
    caption: `${title}: the first test signal of each digit that it calls right, explained by each method. Red speaks for the digit, blue against it; each map is drawn on its own scale.`,
    figure: signalGridFigure({
      title: 'Maps over signals',
      subtitle: title,
      columns: examples.map(({ label }) => String(label)),
      rows: await rowsOf(
        model,
        examples.map(({ values }) => ({ signal: values })),
        methods,
        signal,
      ),
    }),
  }
}

/** The digit templates themselves as input, at one place, without noise and slope, in the units of the data. */
export function templateSignals(): { readonly values: Float32Array; readonly stroke: Stroke }[] {
  return mnist1dClasses.map((_, label) => {
    // The first signal of a digit: its noise, slope and height are switched off, its place is kept.
    const still = { scaleCoeff: 0, corrNoiseScale: 0, iidNoiseScale: 0, shearScale: 0, maxTranslation: 1 }
    const { stages, stroke } = mnist1dSample({ label, index: 0, padding: [48, 48], ...still })
    const shift = 14
    const values = Float32Array.from(stages.signal, (_, t) => unitsOfData * (stages.signal[t - shift] ?? 0))
    return { values, stroke: { start: stroke.start + shift, end: stroke.end + shift } }
  })
}

/** Signals are divided by the standard deviation of the whole set, which is 0.2 before. */
const unitsOfData = 5

/** The digit templates as input, by every method. */
export async function explainedTemplatesFigure(
  { name, title, model }: NamedNetwork,
  methods: readonly TableMethod[],
  signal?: AbortSignal,
): Promise<PageFigure> {
  const templates = templateSignals()
  const inputs = templates.map(({ values, stroke }) => ({ signal: values, span: [stroke.start, stroke.end] as const }))
  const rows = await rowsOf(model, inputs, methods, signal)
  return {
    file: `templates-${name}`,
    caption: `${title}: the digit templates themselves, without noise, height and slope of their own, explained for the class that the network calls them (under the first row). The bar shows where the template lies; the rest of the signal is 0.`,
    figure: signalGridFigure({
      title: 'Maps over the digit templates',
      subtitle: title,
      columns: mnist1dClasses.map((digit) => `template ${digit}`),
      rows,
    }),
  }
}

async function rowsOf(
  model: NamedNetwork['model'],
  inputs: readonly (Pick<SignalCell, 'span'> & { readonly signal: Float32Array })[],
  methods: readonly TableMethod[],
  signal: AbortSignal | undefined,
) {
  const rows = []
  for (const method of methods) {
    const { maps, targets } = await signalMaps(
      model,
      inputs.map((input) => input.signal),
      method,
      { signal },
    )
    const cells = inputs.map((input, row): SignalCell => {
      const { probability = 0, name } = targets[row]!
      return {
        ...input,
        map: normaliseGrid({ width: input.signal.length, height: 1, data: rowOf(maps, row) }),
        ...(rows.length === 0 ? { note: `called ${name}, p = ${probability.toFixed(2)}` } : {}),
      }
    })
    rows.push({ name: method.title, cells })
  }
  return rows
}

/** A generated signal of a digit with every map along its line, and its template behind. */
export async function digitFigure(
  { name, title, model }: NamedNetwork,
  example: LocatedExample,
  methods: readonly TableMethod[],
  signal?: AbortSignal,
): Promise<PageFigure> {
  const { values, label, stroke } = example
  const maps = []
  let called = ''
  for (const method of methods) {
    const { maps: found, targets } = await signalMaps(model, [values], method, { signal })
    const { probability = 0, name: digit } = targets[0]!
    called = `called ${digit}, p = ${probability.toFixed(3)}`
    maps.push({ name: method.title, map: normaliseGrid({ width: values.length, height: 1, data: rowOf(found, 0) }) })
  }
  return {
    file: `digit-${label}-${name}`,
    caption: `${title}: a generated signal of ${label}, ${called}. Colour and width of the line, and the bars under it, show the map; dashed: the template where it lies in this signal, with the signal's height and slope.`,
    figure: signalFigure({
      title: `Digit ${label} by every method`,
      signal: values,
      template: templateBehind(values, label, stroke),
      colours: 'red-blue',
      maps,
    }),
  }
}

/** The template at its place, brought to the signal by least squares: height, level and slope. */
export function templateBehind(values: ArrayLike<number>, label: number, { start, end }: Stroke): number[] {
  const template = mnist1dTemplates[label]!
  const clean = Array.from({ length: values.length }, (_, t) => {
    const place = ((t - start) / (end - start)) * (template.length - 1)
    if (place < 0 || place > template.length - 1) return 0
    const left = Math.min(template.length - 2, Math.floor(place))
    return template[left]! + (place - left) * (template[left + 1]! - template[left]!)
  })
  const columns = clean.map((value, t) => [value, 1, t / (values.length - 1) - 0.5])
  const weights = leastSquares(columns, Array.from(values))
  return columns.map((row) => row.reduce((sum, value, k) => sum + value * weights[k]!, 0))
}

/** Solves the normal equations by elimination. */
function leastSquares(rows: readonly (readonly number[])[], truth: readonly number[]): number[] {
  const size = rows[0]!.length
  const system = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size + 1 }, (_, j) =>
      rows.reduce((sum, row, k) => sum + row[i]! * (j < size ? row[j]! : truth[k]!), 0),
    ),
  )
  for (let pivot = 0; pivot < size; pivot++) {
    for (let i = 0; i < size; i++) {
      if (i === pivot) continue
      const factor = system[i]![pivot]! / system[pivot]![pivot]!
      for (let j = pivot; j <= size; j++) system[i]![j]! -= factor * system[pivot]![j]!
    }
  }
  return system.map((row, i) => row[size]! / row[i]!)
}
