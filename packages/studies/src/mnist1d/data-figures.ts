import { type Mnist1d, type Mnist1dSignals, mnist1dClasses, mnist1dSample } from '@explainnet/datasets'
import { type Figure, signalGridFigure } from '@explainnet/viz'

const shown = 5

/** The template of each digit, and its first signals of the test part. */
export function mnist1dSamplesFigure({ test, templates }: Mnist1d): Figure {
  const length = templates.shape[1]!
  const template = (digit: number) =>
    // About as high as it is in signals, whose set has standard deviation 1.
    Array.from(templates.data.subarray(digit * length, (digit + 1) * length), (value) => 5 * value)
  return signalGridFigure({
    title: 'MNIST-1D: templates and signals of the ten digits',
    subtitle: test.strokes
      ? 'Test part. The bar under a signal shows where its template lies; the rest is smooth noise, and all is tilted.'
      : 'Test part.',
    columns: mnist1dClasses,
    rows: [
      { name: 'template', cells: mnist1dClasses.map((_, digit) => ({ signal: template(digit) })) },
      ...Array.from({ length: shown }, (_, i) => ({
        name: i === 0 ? 'signals' : '',
        cells: mnist1dClasses.map((_, digit) => signalCell(test, rowsOfDigit(test, digit)[i])),
      })),
    ],
  })
}

/** How a signal is made, for a signal of each digit. */
export function mnist1dStepsFigure(seed: number): Figure {
  const samples = mnist1dClasses.map((_, label) => mnist1dSample({ label, index: 0, seed }))
  const steps = Object.keys(samples[0]!.stages) as (keyof (typeof samples)[number]['stages'])[]
  return signalGridFigure({
    title: 'MNIST-1D: how a signal is made',
    columns: mnist1dClasses,
    rows: steps.map((step) => ({ name: step, cells: samples.map(({ stages }) => ({ signal: stages[step] })) })),
  })
}

const rowsOfDigit = ({ labels }: Mnist1dSignals, digit: number): number[] =>
  Array.from(labels.keys()).filter((row) => labels[row] === digit)

function signalCell({ signals, strokes }: Mnist1dSignals, row: number | undefined) {
  if (row === undefined) return undefined
  const length = signals.shape[1]!
  const stroke = strokes?.[row]
  return {
    signal: signals.data.subarray(row * length, (row + 1) * length),
    ...(stroke ? { span: [stroke.start, stroke.end] as const } : {}),
  }
}
