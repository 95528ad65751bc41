import type { LayeredModel, LayerInfo, ModelCopy, Parameter } from '@explainnet/core'

/** Layers that treat every channel by itself and alike, so that channels may come in another order. */
const channelwise =
  /^(BatchNormalization|FusedBatchNorm\w*|ReLU|Relu6?|LeakyReLU|LeakyRelu|ELU|Elu|Activation|\w*Dropout\w*|(Max|Average|Avg|GlobalMax|GlobalAverage)Pool\w*|ZeroPadding2D|BiasAdd|Mean|Identity)$/

export interface ReorderedCopy {
  /** The caller disposes it. */
  readonly model: ModelCopy
  /** Names of the layers whose output channels come in another order. */
  readonly layers: readonly string[]
}

/**
 * The same function by another network: a copy in which the channels of hidden convolutions and dense layers come in the
 * opposite order, and their readers' weights follow. Undefined if the model cannot be copied, or has no layer whose only
 * reader, after channelwise layers at most, is another convolution or dense layer.
 */
export async function reorderedCopy(original: LayeredModel): Promise<ReorderedCopy | undefined> {
  const model = original.copy?.()
  if (!model) return undefined
  const parameters = model.parameters?.() ?? []
  const infos = model.layers().filter(({ calls }) => calls === 1)
  const of = (layer: LayerInfo) => parameters.filter((parameter) => parameter.layer === layer.name)
  const layers: string[] = []
  for (const first of infos) {
    const chain = chainFrom(first, infos, of)
    if (!chain) continue
    for (const parameter of [...of(first), ...chain.between.flatMap(of)]) await reverse(parameter, -1)
    await reverse(kernelOf(chain.reader, of)!, -2)
    layers.push(first.name)
  }
  if (layers.length > 0) return { model, layers }
  model.dispose()
  return undefined
}

type ParametersOf = (layer: LayerInfo) => readonly Parameter[]

const kernelOf = (layer: LayerInfo, of: ParametersOf): Parameter | undefined =>
  /Depthwise|Separable|Transpose/.test(layer.type) ? undefined : of(layer).find(({ shape }) => shape.length >= 2)

/** What lies between a layer with a kernel and the only one that reads its channels. */
function chainFrom(first: LayerInfo, infos: readonly LayerInfo[], of: ParametersOf) {
  const channels = kernelOf(first, of)?.shape.at(-1)
  if (channels === undefined || channels < 2) return undefined
  const between: LayerInfo[] = []
  for (let last = first; ; ) {
    const readers = infos.filter(({ from }) => from.includes(last.name))
    const [reader] = readers
    if (!reader || readers.length > 1 || reader.from.length > 1) return undefined
    const kernel = kernelOf(reader, of)
    if (kernel) return kernel.shape.at(-2) === channels ? { between, reader } : undefined
    const known = channelwise.test(reader.type) && of(reader).every(({ shape }) => shape.join() === String(channels))
    if (!known) return undefined
    between.push(reader)
    last = reader
  }
}

/** Reverses a weight along its last axis (−1) or the one before (−2). */
async function reverse(parameter: Parameter, axis: -1 | -2): Promise<void> {
  const { shape } = parameter
  const size = shape.at(axis)!
  const inner = axis === -1 ? 1 : shape.at(-1)!
  const old = await parameter.read()
  parameter.write(
    old.map((_, i) => {
      const place = Math.floor(i / inner) % size
      return old[i + (size - 1 - 2 * place) * inner]!
    }),
  )
}
