import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Mnist1d, type Mnist1dSignals, mnist1d, readMnist1d, writeMnist1d } from '@explainnet/datasets'
import { writeFileAtomic } from '@explainnet/node'
import { mnist1dSamplesFigure, mnist1dStepsFigure } from '@explainnet/studies'
import { figurePng } from '@explainnet/viz/png'
import { Command, Option } from 'commander'
import { say } from '../console.ts'
import { wholeNumber } from '../explain.ts'

interface Mnist1dOptions {
  readonly seed: number
  readonly samples: number
  readonly from?: string
  readonly format: keyof typeof formats
}

export const mnist1dCommand = (): Command =>
  new Command('mnist1d')
    .description('generate MNIST-1D by its published recipe, or convert the published file; with figures')
    .argument('<to>', 'folder to make')
    .option('--seed <n>', 'seed of the set', wholeNumber, 42)
    .option('--samples <n>', 'signals, of which one in five are for the test', wholeNumber, 5000)
    .option('--from <file>', 'mnist1d_data.pkl or safetensors to read instead of generating')
    .addOption(
      new Option('--format <name>', 'of the file written').choices(Object.keys(formats)).default('safetensors'),
    )
    .action(async (to: string, { seed, samples, from, format }: Mnist1dOptions) => {
      const set = from ? await readMnist1d(await readFile(from)) : mnist1d({ seed, numSamples: samples })
      const path = join(to, `mnist1d.${format}`)
      await writeFileAtomic(path, formats[format](set))
      await writeFileAtomic(join(to, 'samples.png'), await figurePng(mnist1dSamplesFigure(set)))
      if (!from) await writeFileAtomic(join(to, 'steps.png'), await figurePng(mnist1dStepsFigure(seed)))
      say(`${set.train.labels.length} signals to train on and ${set.test.labels.length} to test on in ${path}`)
    })

const rowsOf = ({ signals, labels }: Mnist1dSignals): [label: number, signal: number[]][] => {
  const length = signals.shape[1]!
  return Array.from(labels, (label, row) => [
    label,
    Array.from(signals.data.subarray(row * length, (row + 1) * length)),
  ])
}

const formats = {
  safetensors: (set: Mnist1d) => writeMnist1d(set),
  json: (set: Mnist1d) => {
    const part = (signals: Mnist1dSignals) => ({
      signals: rowsOf(signals).map(([, signal]) => signal),
      labels: Array.from(signals.labels),
    })
    return `${JSON.stringify({ train: part(set.train), test: part(set.test) })}\n`
  },
  csv: (set: Mnist1d) => {
    const steps = Array.from({ length: set.train.signals.shape[1]! }, (_, t) => `step${t}`)
    const lines = (['train', 'test'] as const).flatMap((part) =>
      rowsOf(set[part]).map(([label, signal]) => [part, label, ...signal].join(',')),
    )
    return `${[['part', 'label', ...steps].join(','), ...lines].join('\n')}\n`
  },
}
