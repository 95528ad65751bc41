import {
  AvgPool,
  AvgPoolGrad,
  type backend_util,
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  DepthwiseConv2dNative,
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  FusedConv2D,
  FusedDepthwiseConv2D,
  type KernelFunc,
  MaxPool,
  MaxPoolGrad,
  Multiply,
  PadV2,
  Slice,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { KernelFix } from '../kernel-fix.ts'
import { otherKernel } from '../other-kernel.ts'
import { paddingBySides, shapeOf, type Windows } from '../padding-by-sides.ts'
import { type Backend, makeTensor, release } from './backend.ts'

type Call = Parameters<KernelFunc>[0]
type Inputs = Call['inputs']
type Sides = backend_util.ExplicitPadding

/** How a kernel is run on an image that is padded already. */
interface Padded {
  readonly kernelName: string
  readonly windows: (call: Call) => Windows
  /** The input that is padded, and with what. */
  readonly pads?: string
  readonly by?: number
  /** It gives a gradient of the padded image, of which the middle is wanted. */
  readonly crops?: boolean
  /** The mean counts what lies inside the image: what is multiplied, the output or its gradient, by window ÷ values inside. */
  readonly weighs?: 'output' | 'dy'
}

const at = (inputs: Inputs, image: readonly number[], depthwise = false) => ({
  image,
  filter: shapeOf(inputs, 'filter'),
  depthwise,
})
const inputShape = ({ attrs }: Call) => (attrs as unknown as { inputShape: number[] }).inputShape
const filterShape = ({ attrs }: Call) => (attrs as unknown as { filterShape: number[] }).filterShape

const forward = (depthwise: boolean) => ({
  pads: 'x',
  windows: ({ inputs }: Call) => at(inputs, shapeOf(inputs, 'x'), depthwise),
})
const byInput = (depthwise: boolean) => ({
  crops: true,
  windows: (call: Call) => ({
    ...at(call.inputs, inputShape(call), depthwise),
    output: shapeOf(call.inputs, 'dy'),
  }),
})
const byFilter = (depthwise: boolean) => ({
  pads: 'x',
  windows: (call: Call) => ({
    image: shapeOf(call.inputs, 'x'),
    filter: filterShape(call),
    depthwise,
    output: shapeOf(call.inputs, 'dy'),
  }),
})
const pooled = { pads: 'x', windows: ({ inputs }: Call) => ({ image: shapeOf(inputs, 'x') }) }
const unpooled = {
  pads: 'input',
  crops: true,
  windows: ({ inputs }: Call) => ({ image: shapeOf(inputs, 'input'), output: shapeOf(inputs, 'dy') }),
}

/**
 * Upstream fault: tfjs-node's convolutions, pools and their gradients throw or fail unless they are padded 'same' or 'valid'. Here the
 * image is padded first, and what a gradient gives to the padding is cut off.
 */
export const padding: readonly KernelFix[] = (
  [
    { kernelName: Conv2D, ...forward(false) },
    { kernelName: FusedConv2D, ...forward(false) },
    { kernelName: DepthwiseConv2dNative, ...forward(true) },
    { kernelName: FusedDepthwiseConv2D, ...forward(true) },
    { kernelName: Conv2DBackpropInput, ...byInput(false) },
    { kernelName: DepthwiseConv2dNativeBackpropInput, ...byInput(true) },
    { kernelName: Conv2DBackpropFilter, ...byFilter(false) },
    { kernelName: DepthwiseConv2dNativeBackpropFilter, ...byFilter(true) },
    { kernelName: MaxPool, ...pooled, by: Number.NEGATIVE_INFINITY },
    { kernelName: MaxPoolGrad, ...unpooled, by: Number.NEGATIVE_INFINITY },
    { kernelName: AvgPool, ...pooled, weighs: 'output' },
    { kernelName: AvgPoolGrad, ...unpooled, weighs: 'dy' },
  ] satisfies readonly Padded[]
).map(paddingFirst)

function paddingFirst(padded: Padded): KernelFix {
  const { kernelName, windows } = padded
  return {
    kernelName,
    backendName: 'tensorflow',
    hasFault: (kernel) => refusesPadding(kernel.kernelFunc),
    mend: (stock) =>
      stock && {
        ...stock,
        kernelFunc: (call) => {
          const { pad, dimRoundingMode, dataFormat } = call.attrs as unknown as Attributes
          const lastWindowIsCut = 'dy' in call.inputs && pad !== 'same'
          const asItIs = (pad === 'same' || pad === 'valid') && dimRoundingMode == null
          if (dataFormat === 'NCHW' || (asItIs && !lastWindowIsCut)) return stock.kernelFunc(call)
          const sides = paddingBySides(call.attrs, windows(call))
          return asItIs && sides.flat().every((size) => size === 0)
            ? stock.kernelFunc(call)
            : onPadded(stock.kernelFunc, padded, call, sides)
        },
      },
  }
}

interface Attributes {
  readonly pad: unknown
  readonly dimRoundingMode?: unknown
  readonly dataFormat?: string
}

function onPadded(kernel: KernelFunc, { pads, by = 0, crops, weighs, windows }: Padded, call: Call, sides: Sides) {
  const backend = call.backend as Backend
  const temporary: TensorInfo[] = []
  const run = (name: string, inputs: Record<string, TensorInfo>, attrs: object = {}) => {
    const made = otherKernel('tensorflow', backend, name, inputs, attrs)
    temporary.push(made)
    return made
  }
  const inputs = { ...(call.inputs as Record<string, TensorInfo>) }
  const { image } = windows(call)
  if (pads) inputs[pads] = run(PadV2, { x: inputs[pads]! }, { paddings: sides, constantValue: by })
  const weigh = (t: TensorInfo) => {
    const weights = makeTensor(
      backend,
      [1, t.shape[1]!, t.shape[2]!, 1],
      inverseShares(call.attrs, image, t.shape, sides),
    )
    temporary.push(weights)
    return run(Multiply, { a: t, b: weights })
  }
  if (weighs === 'dy') inputs['dy'] = weigh(inputs['dy']!)
  const enlarged = image.map((size, axis) => size + sides[axis]![0] + sides[axis]![1])
  const attrs = {
    ...call.attrs,
    pad: 'valid',
    dimRoundingMode: undefined,
    ...(pads === undefined ? { inputShape: enlarged } : {}),
  }
  let result = kernel({ ...call, inputs, attrs: attrs as never }) as TensorInfo
  const finish = (next: (t: TensorInfo) => TensorInfo) => {
    temporary.push(result)
    result = next(result)
    // It is the caller's now.
    temporary.splice(temporary.indexOf(result), 1)
  }
  if (weighs === 'output') finish(weigh)
  if (crops) finish((x) => run(Slice, { x }, { begin: sides.map(([before]) => before), size: image }))
  for (const t of temporary) release(backend, t)
  return result
}

/** A window's size ÷ how much of it lies inside the image, for each place of the output. */
function inverseShares(attrs: Call['attrs'], image: readonly number[], output: readonly number[], sides: Sides) {
  const { filterSize, strides } = attrs as unknown as Record<'filterSize' | 'strides', number | [number, number]>
  const along = (axis: 1 | 2) => {
    const of = (value: number | [number, number]) => (typeof value === 'number' ? value : value[axis - 1]!)
    const size = of(filterSize)
    return Array.from({ length: output[axis]! }, (_, i) => {
      const start = i * of(strides) - sides[axis]![0]
      return size / (Math.min(image[axis]!, start + size) - Math.max(0, start))
    })
  }
  const columns = along(2)
  return Float32Array.from(along(1).flatMap((row) => columns.map((column) => row * column)))
}

/** Whether a kernel throws over a padding by number, or passes on none of it: upstream's do before they come to TensorFlow. */
function refusesPadding(kernel: KernelFunc): boolean {
  const image = { dataId: {}, shape: [1, 3, 3, 1], dtype: 'float32' } as TensorInfo
  const filter = { ...image, shape: [3, 3, 1, 1] }
  const inputs = { x: image, input: image, output: image, dy: image, filter }
  const attrs = {
    strides: 1,
    dilations: 1,
    pad: 1,
    dataFormat: 'NHWC',
    filterSize: 3,
    inputShape: image.shape,
    filterShape: filter.shape,
  }
  const asked: { readonly name: string }[] = []
  const backend = {
    binding: {},
    executeSingleOutput(_: string, given: { readonly name: string }[]) {
      asked.push(...given)
      return image
    },
    applyActivation: (t: TensorInfo) => t,
  }
  try {
    kernel({ inputs, backend, attrs: attrs as never })
  } catch (error) {
    return error instanceof Error && /only 'valid' and 'same' padding/.test(error.message)
  }
  return asked.length > 0 && !asked.some(({ name }) => name === 'explicit_paddings')
}
