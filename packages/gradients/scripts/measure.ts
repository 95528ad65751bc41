/**
 * Measures on one thread what the README states, as ratios: of gradients to the forward pass, and of the backend's own kernels to
 * those here. Run `pnpm measure` on an idle machine.
 */
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import { registerGradients } from '../src/index.ts'

type Network = (x: tf.Tensor, weights: tf.Tensor[]) => tf.Tensor

const rounds = 9
const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!

/** Medians in milliseconds of functions that take turns, so that what else the machine does reaches all alike. */
function times(...runs: (() => tf.TensorContainer)[]): number[] {
  const taken = runs.map((): number[] => [])
  for (let round = -1; round < rounds; round++) {
    runs.forEach((run, i) => {
      const start = performance.now()
      tf.tidy(() => void run())
      if (round >= 0) taken[i]!.push(performance.now() - start)
    })
  }
  return taken.map(median)
}

const random = (...shape: number[]) => tf.randomUniform(shape, -1, 1, 'float32', 1)

/** Convolutions 3×3 'same' with ReLU; 'pool' is a maximum of 2×2; at the end the mean over the image and a dense layer. */
function convolutional(widths: (number | 'pool')[], classes: number): { network: Network; weights: tf.Tensor[] } {
  const weights: tf.Tensor[] = []
  let channels = 3
  for (const width of widths) {
    if (width === 'pool') continue
    weights.push(tf.mul(random(3, 3, channels, width), Math.sqrt(2 / channels / 9)), random(width))
    channels = width
  }
  weights.push(random(channels, classes))
  const network: Network = (image, given) => {
    const rest = [...given]
    let x = image as tf.Tensor4D
    for (const width of widths) {
      if (width === 'pool') x = tf.maxPool(x, 2, 2, 'same')
      else {
        const [filter, bias] = rest.splice(0, 2) as [tf.Tensor4D, tf.Tensor1D]
        x = tf.fused.conv2d({ x, filter, bias, strides: 1, pad: 'same', activation: 'relu' })
      }
    }
    return tf.matMul(tf.mean(x, [1, 2]), rest[0] as tf.Tensor2D)
  }
  return { network, weights }
}

/** As above with batch normalisation by the statistics of the batch in the place of the bias. */
const normalised =
  (widths: (number | 'pool')[]): Network =>
  (image, weights) => {
    const rest = [...weights]
    let x = image as tf.Tensor4D
    for (const width of widths) {
      if (width === 'pool') x = tf.maxPool(x, 2, 2, 'same')
      else {
        const [filter, offset] = rest.splice(0, 2) as [tf.Tensor4D, tf.Tensor1D]
        const y = tf.conv2d(x, filter, 1, 'same')
        const { mean, variance } = tf.moments(y, [0, 1, 2])
        const scale = tf.onesLike(offset)
        x = tf.relu(tf.batchNorm(y, mean as tf.Tensor1D, variance as tf.Tensor1D, offset, scale))
      }
    }
    return tf.matMul(tf.mean(x, [1, 2]), rest[0] as tf.Tensor2D)
  }

function networks(): void {
  const small = [32, 'pool', 64, 'pool', 64] as const
  const larger = [32, 32, 'pool', 64, 64, 'pool'] as const
  for (const [name, widths, side] of [
    ['4 convolutions (32, 32, 64, 64) at 224²', larger, 224],
    ['3 convolutions (32, 64, 64) at 128²', small, 128],
  ] as const) {
    const { network, weights } = convolutional([...widths], 10)
    const x = random(8, side, side, 3)
    const gradient = tf.grad((t) => tf.sum(network(t, weights)))
    const [forward, both] = times(
      () => network(x, weights),
      () => gradient(x),
    )
    print(`${name}, 8 images: gradient by the input, forward pass included, ÷ forward`, both! / forward!)
    tf.dispose([x, weights])
  }
  const widths = [16, 16, 32, 'pool', 32, 64, 64, 'pool', 64, 128, 128] as const
  const { weights, network } = convolutional([...widths], 10)
  const x = random(32, 96, 96, 3)
  const variables = weights.map((weight) => tf.variable(weight))
  const optimizer = tf.train.adam(1e-3)
  const training = normalised([...widths])
  const [forward, step] = times(
    () => network(x, variables),
    () => optimizer.minimize(() => tf.mean(tf.square(training(x, variables))) as tf.Scalar, true)!,
  )
  print('9 convolutions (16 to 128) at 96², 32 images: training step with Adam ÷ forward', step! / forward!)
  tf.dispose([x, weights, variables])
}

function convolutions(): void {
  for (const [batch, side, from, to, size, stride] of [
    [1, 224, 3, 32, 3, 1],
    [1, 224, 32, 32, 3, 1],
    [1, 112, 64, 64, 3, 1],
    [1, 56, 64, 64, 3, 1],
    [8, 28, 128, 128, 3, 1],
    [1, 14, 256, 256, 3, 1],
    [8, 14, 256, 256, 3, 1],
    [8, 7, 512, 512, 3, 1],
    [1, 56, 64, 128, 3, 2],
    [1, 28, 32, 192, 5, 1],
    [1, 56, 256, 64, 1, 1],
    [1, 7, 512, 2048, 1, 1],
    [1, 224, 3, 64, 7, 2],
    [1, 224, 3, 192, 16, 16],
  ] as const) {
    const x = random(batch, side, side, from) as tf.Tensor4D
    const filter = random(size, size, from, to) as tf.Tensor4D
    const dy = tf.conv2d(x, filter, stride, 'same')
    const attrs = { strides: stride, pad: 'same', dataFormat: 'NHWC', inputShape: x.shape, filterShape: filter.shape }
    const run = (kernel: string, inputs: tf.NamedTensorMap) =>
      tf.engine().runKernel(kernel, inputs, attrs as never) as tf.Tensor
    const [forward, byInput, byFilter] = times(
      () => tf.conv2d(x, filter, stride, 'same'),
      () => run('Conv2DBackpropInput', { dy, filter }),
      () => run('Conv2DBackpropFilter', { x, dy }),
    )
    const name = `${batch}×${side}²×${from} → ${to}, ${size}×${size}, stride ${stride}`
    print(`${name}: gradient by the input ÷ forward`, byInput! / forward!)
    print(`${name}: gradient by the filter ÷ forward`, byFilter! / forward!)
    tf.dispose([x, filter, dy])
  }
}

function kernels(stock: Map<string, tf.KernelConfig>): void {
  const x = random(8, 56, 56, 64) as tf.Tensor4D
  const upsampled = tf.image.resizeBilinear(x, [112, 112])
  const pooled = tf.maxPool(x, 2, 2, 'same')
  const [heads, dense, labels] = [random(12, 197, 64), random(32, 2048), random(32, 512)]
  const cases: [string, string, Record<string, tf.Tensor>, object][] = [
    [
      'MaxPoolGrad 2×2',
      'MaxPoolGrad',
      { dy: pooled, input: x, output: pooled },
      { filterSize: 2, strides: 2, pad: 'same' },
    ],
    ['BatchMatMul of 12 heads', 'BatchMatMul', { a: heads, b: heads }, { transposeA: false, transposeB: true }],
    ['BatchMatMul transposed', 'BatchMatMul', { a: dense, b: labels }, { transposeA: true, transposeB: false }],
    [
      'ResizeBilinearGrad to twice the size',
      'ResizeBilinearGrad',
      { images: x, dy: upsampled },
      { alignCorners: false },
    ],
    ['Tanh', 'Tanh', { x }, {}],
    ['LeakyRelu', 'LeakyRelu', { x }, { alpha: 0.2 }],
  ]
  for (const [name, kernel, inputs, attrs] of cases) {
    const run = (config: tf.KernelConfig) => {
      const backend = tf.backend() as tf.KernelBackend
      const { dataId } = config.kernelFunc({ inputs, attrs: attrs as never, backend }) as tf.TensorInfo
      backend.disposeData(dataId)
      return []
    }
    const [theirs, ours] = times(
      () => run(stock.get(kernel)!),
      () => run(tf.getKernel(kernel, 'wasm')!),
    )
    print(`${name}: upstream ÷ here`, theirs! / ours!)
  }
}

const print = (what: string, ratio: number) => console.log(`${ratio.toFixed(2).padStart(7)}  ${what}`)

await tf.setBackend('wasm')
await tf.ready()
const stock = new Map(tf.getKernelsForBackend('wasm').map((kernel) => [kernel.kernelName, kernel]))
registerGradients()
console.log(`Medians of ${rounds}, Node ${process.versions.node}, tfjs ${tf.version_core}`)
networks()
convolutions()
kernels(stock)
