import { ExplainError, readSafetensors } from '@explainnet/core'
import { type Mnist1d, type Mnist1dSignals, templateArray } from './data.ts'
import { readPickle } from './pickle.ts'

/** Numbers with a shape, of whatever file. */
interface Numbers {
  readonly shape: readonly number[]
  readonly data: ArrayLike<number>
}

/**
 * Reads MNIST-1D from the bytes of a file: the published `mnist1d_data.pkl` (a pickle of any protocol from 2 on) or
 * safetensors as `writeMnist1d` writes it; which of the two is told from the bytes. Without templates in it, those of the paper.
 *
 * @throws ExplainError `bad-file` for anything else, and for signals and labels that do not fit each other.
 */
export async function readMnist1d(bytes: Uint8Array): Promise<Mnist1d> {
  const find = isPickle(bytes) ? await fromPickle(bytes) : fromSafetensors(bytes)
  const side = (signals: string, labels: string): Mnist1dSignals => checked(find(signals), find(labels), signals)
  const templates = find('templates.x')
  return {
    train: side('x', 'y'),
    test: side('x_test', 'y_test'),
    templates: templates ? { shape: templates.shape, data: Float32Array.from(templates.data) } : templateArray(),
  }
}

// Every pickle from protocol 2 on begins with the opcode PROTO; in safetensors a brace follows the length.
const isPickle = (bytes: Uint8Array) => bytes[0] === 0x80 && bytes[1]! <= 5 && bytes[8] !== 0x7b

type Find = (name: string) => Numbers | undefined

async function fromPickle(bytes: Uint8Array): Promise<Find> {
  const root = await readPickle(bytes)
  return (name) => {
    const found = name
      .split('.')
      .reduce<unknown>((inside, part) => (inside instanceof Map ? inside.get(part) : undefined), root)
    return typeof found === 'object' && found !== null && 'shape' in found ? (found as Numbers) : undefined
  }
}

function fromSafetensors(bytes: Uint8Array): Find {
  const { tensors } = readSafetensors(bytes)
  const renamed: Record<string, string> = { x: 'x_train', y: 'y_train' }
  return (name) => tensors[renamed[name] ?? name]
}

function checked(signals: Numbers | undefined, labels: Numbers | undefined, name: string): Mnist1dSignals {
  if (!signals || !labels) {
    throw new ExplainError(
      'bad-file',
      `This is no MNIST-1D file: it has no ${signals ? 'labels' : 'signals'} of ${name}.`,
      'Give mnist1d_data.pkl, or a file written with writeMnist1d.',
    )
  }
  const [count, length] = signals.shape
  const digits = Int32Array.from(labels.data)
  const fits = signals.shape.length === 2 && labels.data.length === count && length! > 0
  if (!fits || digits.some((digit) => !(digit >= 0 && digit <= 9))) {
    throw new ExplainError(
      'bad-file',
      `This is no MNIST-1D file: ${name} has shape [${signals.shape.join(', ')}] and its labels [${labels.shape.join(', ')}].`,
      'Signals must be [n, steps] and labels n digits from 0 to 9.',
    )
  }
  return { signals: { shape: signals.shape, data: Float32Array.from(signals.data) }, labels: digits }
}
