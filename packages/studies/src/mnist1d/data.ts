import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ExplainError, randomStream } from '@explainnet/core'
import { type Mnist1d, type Mnist1dSignals, readMnist1d } from '@explainnet/datasets'

/** The published data: the file given, or the one in `EXPLAINNET_DATA`. Throws `bad-file`. */
export async function loadPublishedMnist1d(given?: string): Promise<Mnist1d> {
  const folder = process.env['EXPLAINNET_DATA']
  const path = given ?? (folder === undefined ? undefined : join(folder, 'seeds/MNIST1D.safetensors'))
  if (path === undefined || !existsSync(path)) {
    throw new ExplainError(
      'bad-file',
      path === undefined ? 'No file of MNIST-1D was given.' : `${path} is not there.`,
      'Give mnist1d_data.pkl or its safetensors with --data, or set EXPLAINNET_DATA.',
    )
  }
  return readMnist1d(await readFile(path))
}

export interface SignalExample {
  /** Its row in the published part that it comes from. */
  readonly row: number
  readonly values: Float32Array
  readonly label: number
}

export function examplesOf({ signals, labels }: Mnist1dSignals): SignalExample[] {
  const length = signals.shape[1]!
  return Array.from(labels, (label, row) => ({
    row,
    label,
    values: signals.data.subarray(row * length, (row + 1) * length),
  }))
}

/** Of every digit of the training part the same share, drawn under seed 0: what the epoch is chosen on. */
export function splitValidation(
  examples: readonly SignalExample[],
  share: number,
): { readonly train: readonly SignalExample[]; readonly validation: readonly SignalExample[] } {
  const train: SignalExample[] = []
  const validation: SignalExample[] = []
  for (let digit = 0; digit < 10; digit++) {
    const own = examples.filter(({ label }) => label === digit)
    const random = randomStream(0, digit)
    const drawn = own.map((example) => ({ example, key: random.uniform() })).sort((a, b) => a.key - b.key)
    const count = Math.round(own.length * share)
    validation.push(...drawn.slice(0, count).map(({ example }) => example))
    train.push(...drawn.slice(count).map(({ example }) => example))
  }
  return { train, validation }
}
