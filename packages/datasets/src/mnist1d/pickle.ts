import { ExplainError } from '@explainnet/core'

/** An array of NumPy, its values widened to doubles. */
interface NumpyArray {
  readonly shape: readonly number[]
  readonly data: Float64Array
}

const notReadable = (what: string, cure: string, cause?: unknown) =>
  new ExplainError('bad-file', `This pickle cannot be read: ${what}.`, cure, { cause })

/**
 * What a Python pickle of dictionaries, lists, numbers, strings and NumPy arrays holds: `Map`s for dictionaries. Nothing
 * is executed: of all global names only those that NumPy writes arrays with are known, under the old and the new name of
 * its module (`numpy.core`, `numpy._core`).
 *
 * @throws ExplainError `bad-file` for damage, another global name, or values that are no numbers.
 */
export async function readPickle(bytes: Uint8Array): Promise<unknown> {
  const { Parser } = await import('pickleparser')
  const parser = new Parser({ unpicklingTypeOfDictionary: 'Map', nameResolver: { resolve: resolveName } })
  try {
    return plain(parser.parse<unknown>(bytes))
  } catch (cause) {
    if (cause instanceof ExplainError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw notReadable(reason.replace(/\.$/, ''), 'Download or write it again.', cause)
  }
}

/** Turns the array objects of the parser into plain arrays, wherever they are. */
function plain(value: unknown): unknown {
  if (value instanceof PickledArray) return value.values()
  if (value instanceof Map) return new Map(Array.from(value, ([key, one]) => [key, plain(one)]))
  if (Array.isArray(value)) return value.map(plain)
  return value
}

function resolveName(module: string, name: string) {
  const known = names[`${module.replace(/^numpy\._core\b/, 'numpy.core')}.${name}`]
  if (known === undefined) {
    throw notReadable(`it names ${module}.${name}, which is no part of an array`, 'Save plain NumPy arrays.')
  }
  return known
}

/** How the bytes of a value are to be read. */
class Dtype {
  readonly code: string
  littleEndian = true

  constructor(code: string) {
    this.code = code
  }

  __setstate__([, order]: [unknown, string]): void {
    this.littleEndian = order !== '>'
  }
}

class PickledArray {
  #shape: readonly number[] = []
  #dtype = new Dtype('f8')
  #fortran = false
  #bytes: Uint8Array = new Uint8Array()

  __setstate__([, shape, dtype, fortran, bytes]: [unknown, number[], Dtype, boolean, unknown]): void {
    if (!(bytes instanceof Uint8Array)) {
      throw notReadable('an array holds Python objects', 'Save arrays of numbers.')
    }
    this.#shape = shape
    this.#dtype = dtype
    this.#fortran = fortran
    this.#bytes = bytes
  }

  values(): NumpyArray {
    const { code, littleEndian } = this.#dtype
    const shape = this.#shape
    const reader = readers[code]
    if (reader === undefined) throw notReadable(`an array has dtype ${code}`, 'Save arrays of numbers.')
    const [size, read] = reader
    const count = shape.reduce((product, length) => product * length, 1)
    if (this.#bytes.length !== count * size) {
      throw notReadable(
        `an array of ${count} values of ${size} bytes has ${this.#bytes.length} bytes`,
        'Write it again with pickle protocol 2 or newer.',
      )
    }
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength)
    const stored = Float64Array.from({ length: count }, (_, i) => read(view, i * size, littleEndian))
    return { shape, data: this.#fortran ? rowMajor(stored, shape) : stored }
  }
}

/** From first index fastest to last index fastest. */
function rowMajor(data: Float64Array, shape: readonly number[]): Float64Array {
  return data.map((_, i) => {
    let [rest, stride, place] = [i, data.length, 0]
    for (const length of shape.toReversed()) {
      stride /= length
      place += (rest % length) * stride
      rest = Math.floor(rest / length)
    }
    return data[place]!
  })
}

type Read = (view: DataView, at: number, littleEndian: boolean) => number

const readers: Readonly<Record<string, readonly [size: number, read: Read]>> = {
  f8: [8, (view, at, little) => view.getFloat64(at, little)],
  f4: [4, (view, at, little) => view.getFloat32(at, little)],
  i8: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
  i4: [4, (view, at, little) => view.getInt32(at, little)],
  i2: [2, (view, at, little) => view.getInt16(at, little)],
  i1: [1, (view, at) => view.getInt8(at)],
  u1: [1, (view, at) => view.getUint8(at)],
  b1: [1, (view, at) => view.getUint8(at)],
}

// biome-ignore lint/suspicious/noExplicitAny: pickles call them with whatever they hold.
type Global = (...args: any[]) => unknown

const names: Readonly<Record<string, Global>> = {
  'numpy.ndarray': () => new PickledArray(),
  'numpy.dtype': (code: string) => new Dtype(code),
  'numpy.core.multiarray._reconstruct': () => new PickledArray(),
  // Protocol 5.
  'numpy.core.numeric._frombuffer': (bytes: unknown, dtype: Dtype, shape: number[], order: string) => {
    const array = new PickledArray()
    array.__setstate__([undefined, shape, dtype, order === 'F', bytes])
    return array
  },
  // Protocol 2 has no bytes of its own.
  '_codecs.encode': (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0)),
}
