import { backend_util, type DataType } from '@tensorflow/tfjs-core'
import { type Array64, build, valueAt } from './array.ts'
import type { ReferenceKernel, ReferenceKernels } from './kernel.ts'

const map = (x: Array64, f: (value: number) => number, dtype: DataType = x.dtype): Array64 => ({
  shape: x.shape,
  dtype,
  values: x.values.map(f),
})

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const seluAlpha = 1.6732632423543772848170429916717
const seluScale = 1.0507009873554804934193349852946

/** 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)): every term of one sign. */
function erf(x: number): number {
  let term = x
  let sum = x
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

/** To the nearest even number where two are equally near, as all backends do. */
function roundToEven(x: number): number {
  const below = Math.floor(x)
  if (x - below !== 0.5) return Math.round(x)
  return below % 2 === 0 ? below : below + 1
}

const unary: Record<string, (x: number) => number> = {
  Abs: Math.abs,
  Acos: Math.acos,
  Acosh: Math.acosh,
  Asin: Math.asin,
  Asinh: Math.asinh,
  Atan: Math.atan,
  Atanh: Math.atanh,
  Ceil: Math.ceil,
  Cos: Math.cos,
  Cosh: Math.cosh,
  Elu: (x) => (x >= 0 ? x : Math.expm1(x)),
  Erf: erf,
  Exp: Math.exp,
  Expm1: Math.expm1,
  Floor: Math.floor,
  Identity: (x) => x,
  Log: Math.log,
  Log1p: Math.log1p,
  Neg: (x) => -x,
  OnesLike: () => 1,
  Reciprocal: (x) => 1 / x,
  Relu: (x) => Math.max(x, 0),
  Relu6: (x) => Math.min(Math.max(x, 0), 6),
  Round: roundToEven,
  Rsqrt: (x) => 1 / Math.sqrt(x),
  Selu: (x) => seluScale * (x >= 0 ? x : seluAlpha * Math.expm1(x)),
  Sigmoid: sigmoid,
  Sign: Math.sign,
  Sin: Math.sin,
  Sinh: Math.sinh,
  Softplus: (x) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0),
  Sqrt: Math.sqrt,
  Square: (x) => x * x,
  Tan: Math.tan,
  Tanh: Math.tanh,
  ZerosLike: () => 0,
}

const tests: Record<string, (x: number) => boolean> = {
  IsFinite: Number.isFinite,
  IsInf: (x) => Math.abs(x) === Number.POSITIVE_INFINITY,
  IsNan: Number.isNaN,
  LogicalNot: (x) => x === 0,
}

const binary: Record<string, (a: number, b: number) => number> = {
  Add: (a, b) => a + b,
  Atan2: Math.atan2,
  FloorDiv: (a, b) => Math.floor(a / b),
  Maximum: Math.max,
  Minimum: Math.min,
  Mod: (a, b) => a - b * Math.floor(a / b),
  Multiply: (a, b) => a * b,
  Pow: (a, b) => a ** b,
  RealDiv: (a, b) => a / b,
  SquaredDifference: (a, b) => (a - b) ** 2,
  Sub: (a, b) => a - b,
}

const comparisons: Record<string, (a: number, b: number) => boolean> = {
  Equal: (a, b) => a === b,
  Greater: (a, b) => a > b,
  GreaterEqual: (a, b) => a >= b,
  Less: (a, b) => a < b,
  LessEqual: (a, b) => a <= b,
  LogicalAnd: (a, b) => a !== 0 && b !== 0,
  LogicalOr: (a, b) => a !== 0 || b !== 0,
  NotEqual: (a, b) => a !== b,
}

const broadcast = (a: Array64, b: Array64, f: (a: number, b: number) => number, dtype: DataType = a.dtype): Array64 =>
  build(
    backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]),
    (at) => f(valueAt(a, at), valueAt(b, at)),
    dtype,
  )

const leaky = (x: number, alpha: number) => (x >= 0 ? x : alpha * x)

/** What a fused operation does after its product. */
export function finish(
  y: Array64,
  { bias, preluActivationWeights }: Readonly<Record<string, Array64>>,
  { activation, leakyreluAlpha }: { activation: string; leakyreluAlpha?: number },
): Array64 {
  const z = bias ? broadcast(y, bias, (a, b) => a + b) : y
  if (activation === 'prelu') return broadcast(z, preluActivationWeights!, leaky)
  if (activation === 'leakyrelu') return map(z, (x) => leaky(x, leakyreluAlpha!))
  return activation === 'linear' ? z : map(z, unary[`${activation[0]!.toUpperCase()}${activation.slice(1)}`]!)
}

const each = <F>(functions: Record<string, F>, kernel: (f: F) => ReferenceKernel): ReferenceKernels =>
  Object.fromEntries(Object.entries(functions).map(([name, f]) => [name, kernel(f)]))

export const elementwise: ReferenceKernels = {
  ...each(
    unary,
    (f) =>
      ({ x }) =>
        map(x!, f),
  ),
  ...each(
    tests,
    (f) =>
      ({ x }) =>
        map(x!, (v) => +f(v), 'bool'),
  ),
  ...each(
    binary,
    (f) =>
      ({ a, b }) =>
        broadcast(a!, b!, f),
  ),
  ...each(
    comparisons,
    (f) =>
      ({ a, b }) =>
        broadcast(a!, b!, (u, v) => +f(u, v), 'bool'),
  ),
  AddN: (inputs) => Object.values(inputs).reduce((a, b) => broadcast(a, b, (u, v) => u + v)),
  Cast: ({ x }, { dtype }) =>
    map(x!, dtype === 'int32' ? Math.trunc : dtype === 'bool' ? (v) => +(v !== 0) : (v) => v, dtype),
  ClipByValue: ({ x }, { clipValueMin, clipValueMax }) =>
    map(x!, (v) => Math.min(Math.max(v, clipValueMin), clipValueMax)),
  LeakyRelu: ({ x }, { alpha }) => map(x!, (v) => leaky(v, alpha)),
  Prelu: ({ x, alpha }) => broadcast(x!, alpha!, leaky),
  Select: ({ condition, t, e }) => build(t!.shape, (at) => valueAt(valueAt(condition!, at) ? t! : e!, at), t!.dtype),
  Step: ({ x }, { alpha }) => map(x!, (v) => (v > 0 ? 1 : alpha)),
}
