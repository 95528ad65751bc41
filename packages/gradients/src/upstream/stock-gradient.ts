import {
  type DataType,
  Equal,
  engine,
  type GradConfig,
  Greater,
  GreaterEqual,
  Less,
  LessEqual,
  LogicalAnd,
  type NamedTensorMap,
  SplitV,
  Tensor,
  Unpack,
} from '@tensorflow/tfjs-core'
import { gradientConfigs } from './gradient-configs.js'

/**
 * Whether a gradient is the one that tfjs-layers, or tfjs-core's own `register_all_gradients`, registered. Those are copies in other
 * bundles, rewritten by other compilers, so neither identity nor text tells. But a gradient only says which kernels to run on what: it
 * is stock where, on a made-up operation, it asks for the same kernels with the same arguments in the same order as upstream's source.
 * No kernel is run. A gradient of somebody's own differs, or throws, and is not stock.
 */
export function isStockGradient(config: GradConfig): boolean {
  const upstream = gradientConfigs.find(({ kernelName }) => kernelName === config.kernelName)
  if (upstream === undefined) return false
  const wanted = transcript(upstream)
  return wanted.some((line) => line.includes(asked)) && String(transcript(config)) === String(wanted)
}

const shape = [2, 2, 2, 2]

/** One value for each attribute that an operation with a gradient has, such that they agree for tensors of the shape above. */
const attributes = (ofVolumes: boolean) => ({
  alpha: 0.5,
  axis: 1,
  batchDims: 0,
  begin: [0, 0, 0, 0],
  beta: 0.5,
  bias: 1,
  blockShape: [1, 1],
  clipValueMax: 1,
  clipValueMin: -1,
  crops: [
    [0, 0],
    [0, 0],
  ],
  dataFormat: 'NHWC',
  depthRadius: 1,
  dilations: ofVolumes ? 1 : [1, 1],
  dims: [0],
  dtype: 'float32',
  exclusive: false,
  filterSize: ofVolumes ? [2, 2, 2] : [2, 2],
  inputShape: shape,
  keepDims: false,
  pad: 'same',
  paddings: shape.map(() => [0, 0]),
  perm: [0, 1, 2, 3],
  reps: [1, 1, 1, 1],
  reverse: false,
  shape,
  size: shape,
  strides: ofVolumes ? [1, 1, 1] : [1, 1],
  transposeA: false,
  transposeB: false,
  varianceEpsilon: 0.001,
})

/** The operations among upstream's with more than one output. */
const severalOutputs: readonly string[] = [SplitV, Unpack]

const dtypes: Record<string, DataType> = { indices: 'int32', segmentIds: 'int32' }
const comparisons: readonly string[] = [Equal, Greater, GreaterEqual, Less, LessEqual, LogicalAnd]

const asked = ' → '

/** What a gradient asks of the engine, and what it gives to which input; or where it fails. */
function transcript({
  kernelName,
  gradFunc,
  inputsToSave = [],
  outputsToSave = [],
  saveAllInputs,
}: GradConfig): string[] {
  const lines = [String([inputsToSave, outputsToSave.map(Boolean), saveAllInputs === true])]
  const ofVolumes = kernelName.includes('3D')
  let count = 0
  const tensor = (dtype: DataType = 'float32', of = ofVolumes ? [1, ...shape] : shape) =>
    new Tensor(of as never, dtype, {}, count++)
  const named = (value: unknown): unknown =>
    value instanceof Tensor ? `#${value.id}` : Array.isArray(value) ? value.map(named) : value
  const listed = (values: object) =>
    JSON.stringify(
      Object.entries(values)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, named(value)])
        .sort(),
    )
  const recorder = {
    runKernel: (name: string, inputs: NamedTensorMap, attrs: { dtype?: DataType; shape?: number[] } = {}) => {
      lines.push(`${name} ${listed(inputs)} ${listed(attrs)}${asked}#${count}`)
      if (comparisons.includes(name)) return tensor('bool')
      return tensor(attrs.dtype ?? Object.values(inputs)[0]?.dtype, attrs.shape)
    },
    makeTensor: (values: ArrayLike<number>, ofShape: number[], dtype: DataType) => {
      lines.push(`${dtype} [${ofShape}] of ${values[0]}${asked}#${count}`)
      return tensor(dtype, ofShape)
    },
  }
  try {
    withEngine(recorder, () => {
      const dy = severalOutputs.includes(kernelName) ? [tensor(), tensor()] : tensor()
      const inputs = saveAllInputs ? [tensor(), tensor()] : inputsToSave.map((name) => tensor(dtypes[name]))
      const outputs = outputsToSave.filter(Boolean).map(() => tensor())
      const gradients = gradFunc(dy, [...inputs, ...outputs], attributes(ofVolumes) as never)
      for (const [name, gradient] of Object.entries(gradients)) lines.push(`${name} is #${(gradient() as Tensor).id}`)
    })
  } catch (error) {
    // A minifier renames the variable in 'permutedX.reshape is not a function'.
    lines.push(String(error).replace(/\w+\./g, ''))
  }
  return lines
}

/** Puts the given methods in the place of the engine's own while `use` runs. */
function withEngine(methods: Record<string, unknown>, use: () => void): void {
  const target = engine() as unknown as Record<string, unknown>
  const before = Object.entries(Object.getOwnPropertyDescriptors(target)).filter(([name]) => name in methods)
  Object.assign(target, methods)
  try {
    engine().tidy(use)
  } finally {
    for (const name of Object.keys(methods)) delete target[name]
    Object.defineProperties(target, Object.fromEntries(before))
  }
}
