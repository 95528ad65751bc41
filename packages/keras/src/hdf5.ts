import { ExplainError } from '@explainnet/core'
import { fromBfloat16, fromFloat16 } from './half.ts'

/** Numbers of a file, row-major. */
export interface StoredArray {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** A folder of an HDF5 file with all that is inside. */
export interface StoredGroup {
  /** Texts, and lists of texts. */
  readonly attributes: ReadonlyMap<string, string | readonly string[]>
  readonly groups: ReadonlyMap<string, StoredGroup>
  readonly arrays: ReadonlyMap<string, StoredArray>
}

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

/** HDF5 begins at byte 0, or behind a block of the user's own of 512, 1024, 2048, … bytes. */
export function isHDF5(bytes: Uint8Array): boolean {
  for (let at = 0; at + signature.length <= bytes.length; at = at === 0 ? 512 : 2 * at) {
    if (signature.every((byte, i) => bytes[at + i] === byte)) return true
  }
  return false
}

/** Reads a whole HDF5 file but for the groups named in `except`. The reader is loaded when first needed. Throws `bad-file`. */
export async function readHDF5(bytes: Uint8Array, except: ReadonlySet<string>): Promise<StoredGroup> {
  const { ready, File, Dataset, Group } = await import('h5wasm')
  const module = await ready
  const { FS, activate_throwing_error_handler: throwing, deactivate_throwing_error_handler: printing } = module
  // In the library's own memory, where a path names nothing of the host's.
  const path = '/keras.h5'
  FS.writeFile(path, bytes)
  // Without it the library prints what is wrong and goes on.
  throwing()
  try {
    const file = new File(path, 'r')
    try {
      return read(file)
    } finally {
      file.close()
    }
  } catch (cause) {
    throw new ExplainError('bad-file', 'The HDF5 file is damaged or cut short.', 'Copy or save it again.', { cause })
  } finally {
    printing()
    FS.unlink(path)
  }

  function read(group: InstanceType<typeof Group>): StoredGroup {
    const attributes = Object.entries(group.attrs).map(([name, { value }]) => [name, texts(value)] as const)
    const groups = new Map<string, StoredGroup>()
    const arrays = new Map<string, StoredArray>()
    for (const name of group.keys()) {
      if (except.has(name)) continue
      const entry = group.get(name)
      if (entry instanceof Group) groups.set(name, read(entry))
      else if (entry instanceof Dataset) {
        const data = valuesOf(entry)
        if (data) arrays.set(name, { shape: [...(entry.shape ?? [])], data })
      }
    }
    return { attributes: new Map(attributes), groups, arrays }
  }

  function valuesOf(dataset: InstanceType<typeof Dataset>): Float32Array | undefined {
    const { type, size } = dataset.metadata
    const isHalf = type === module.H5T_class_t.H5T_FLOAT.value && size === 2
    if (isHalf) return fromFloat16(rawBytes(dataset))
    // Keras writes what NumPy has no type for as bytes, and names the type.
    if (dataset.attrs['dtype']?.value === 'bfloat16') return fromBfloat16(rawBytes(dataset))
    return floats(dataset.value)
  }

  function rawBytes({ file_id, path, metadata }: InstanceType<typeof Dataset>): Uint8Array {
    const length = metadata.size * metadata.total_size
    const at = module._malloc(length)
    try {
      module.get_dataset_data(file_id, path, null, null, null, BigInt(at))
      return module.HEAPU8.slice(at, at + length)
    } finally {
      module._free(at)
    }
  }
}

function texts(value: unknown): string | string[] {
  // An empty list is stored as a list of no numbers.
  return typeof value === 'object' && value !== null ? Array.from(value as Iterable<unknown>, String) : String(value)
}

/** Undefined for what holds no numbers. */
function floats(value: unknown): Float32Array | undefined {
  if (value instanceof Float32Array) return value
  if (typeof value === 'number' || typeof value === 'bigint') return Float32Array.of(Number(value))
  if (ArrayBuffer.isView(value)) return Float32Array.from(value as unknown as ArrayLike<number | bigint>, Number)
  return undefined
}
