import { ExplainError, randomStream } from '@explainnet/core'
import { add, mul, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { meanLoss } from './mean-loss.ts'
import { initialise } from './network.ts'
import { purposes } from './purposes.ts'
import { averageDecay, learningRate, type Recipe, type ResolvedRecipe, resolveRecipe } from './schedule.ts'
import { type EpochRecord, loadState, saveState, type TrainingState } from './state.ts'
import { type Batch, stepper } from './step.ts'

export interface TrainingTask {
  /** The network before its weights are set, with or without its softmax. Called once for each. */
  network(final: 'softmax' | 'linear'): LayersModel
  /** Batches in an epoch. */
  readonly stepsPerEpoch: number
  /** The batches of an epoch, counted from 0: a pure function of the epoch, so that a run can be continued. */
  batches(epoch: number): AsyncIterable<Batch>
  readonly validation: readonly Batch[]
  readonly recipe: Recipe
  /** Of the initial weights and of dropout; integer from 0. */
  readonly seed: number
  /** Tells this data apart from other data, so that a state is not continued on another. */
  readonly data: string
}

export interface TrainOptions {
  /** Where the state is kept after every epoch. A run found there is continued, and gives the very same weights. */
  readonly folder?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly onStep?: ((step: StepReport) => void) | undefined
  readonly onEpoch?: ((record: EpochRecord) => void) | undefined
}

export interface StepReport {
  /** Both from 1. */
  readonly epoch: number
  readonly step: number
  readonly epochs: number
  readonly stepsPerEpoch: number
  readonly loss: number
}

export interface TrainingResult {
  /** The averaged weights of the epoch with the lowest validation loss, softmax included. The caller disposes it. */
  readonly network: LayersModel
  readonly history: readonly EpochRecord[]
  readonly best: EpochRecord
}

/**
 * Trains a classifier on the current backend, whose gradients must be registered. Cost: three forward passes' work an example and epoch.
 *
 * @throws ExplainError `aborted` (the state of the last whole epoch stays in `folder`), `bad-option` if `folder` holds
 * another run, `non-finite-output` if the loss is no longer a number.
 */
export async function train(task: TrainingTask, options: TrainOptions = {}): Promise<TrainingResult> {
  const recipe = resolveRecipe(task.recipe)
  const network = task.network('linear')
  const average = task.network('softmax')
  const descent = stepper(network, recipe)
  try {
    const run = JSON.stringify([task.seed, task.data, task.stepsPerEpoch, recipe, network.weights.map((w) => w.shape)])
    initialise(network, task.seed)
    write(average, await read(network))
    let best: readonly Float32Array[] = []
    const history: EpochRecord[] = []
    const state = options.folder === undefined ? undefined : await loadState(options.folder, run)
    if (state !== undefined) {
      history.push(...state.history)
      write(network, state.weights)
      write(average, state.average)
      descent.momentum.forEach((old, i) => {
        descent.momentum[i] = tensor(state.momentum[i]!, old.shape)
        old.dispose()
      })
      best = state.best
    }
    while (history.length < recipe.epochs) {
      const record = await epoch(task, recipe, history.length, { network, average, descent }, options)
      history.push(record)
      if (bestOf(history) === record) best = await read(average)
      if (options.folder !== undefined) {
        const momentum = (await Promise.all(descent.momentum.map((p) => p.data()))) as Float32Array[]
        const [weights, averaged] = [await read(network), await read(average)]
        const next: TrainingState = { run, history, weights, momentum, average: averaged, best }
        await saveState(options.folder, next)
      }
      options.onEpoch?.(record)
    }
    write(average, best)
    return { network: average, history, best: bestOf(history) }
  } catch (error) {
    average.dispose()
    throw error
  } finally {
    network.dispose()
    descent.dispose()
  }
}

async function epoch(
  task: TrainingTask,
  recipe: ResolvedRecipe,
  index: number,
  run: { network: LayersModel; average: LayersModel; descent: ReturnType<typeof stepper> },
  { signal, onStep }: TrainOptions,
): Promise<EpochRecord> {
  const { stepsPerEpoch } = task
  const sums = { loss: 0, accuracy: 0 }
  let [step, rate] = [0, 0]
  for await (const batch of task.batches(index)) {
    if (signal?.aborted) throw new ExplainError('aborted', 'The training was stopped.', 'Run it again to go on.')
    const overall = index * stepsPerEpoch + step
    rate = learningRate(overall, recipe.epochs * stepsPerEpoch, recipe)
    seedDropout(run.network, task.seed, overall)
    const { loss, accuracy } = await run.descent.step(batch, rate)
    if (!Number.isFinite(loss)) {
      throw new ExplainError('non-finite-output', 'The loss is no longer a number.', 'Lower the peak learning rate.')
    }
    mix(run.average, run.network, averageDecay(overall, recipe))
    sums.loss += loss / stepsPerEpoch
    sums.accuracy += accuracy / stepsPerEpoch
    step++
    onStep?.({ epoch: index + 1, step, epochs: recipe.epochs, stepsPerEpoch, loss })
    // Lets timers and signals through: on wasm a step never yields by itself.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const validation = await meanLoss(run.average, task.validation)
  return {
    epoch: index + 1,
    rate,
    ...sums,
    validationLoss: validation.loss,
    validationAccuracy: validation.accuracy,
  }
}

/** Of equal losses the first. */
const bestOf = (history: readonly EpochRecord[]): EpochRecord =>
  history.reduce((best, record) => (record.validationLoss < best.validationLoss ? record : best))

/** average ← decay · average + (1 − decay) · network, batch statistics included. */
export function mix(average: LayersModel, network: LayersModel, decay: number): void {
  tidy(() => {
    for (const [i, weight] of average.weights.entries()) {
      weight.write(add(mul(weight.read(), decay), mul(network.weights[i]!.read(), 1 - decay)))
    }
  })
}

/** tfjs draws a dropout mask from the layer's seed: a new one each step, so that masks differ and come again. */
function seedDropout(network: LayersModel, seed: number, step: number): void {
  for (const [i, layer] of network.layers.entries()) {
    if (layer.getClassName() === 'Dropout') {
      ;(layer as unknown as { seed: number }).seed = randomStream(seed, purposes.dropout, step, i).uint32()
    }
  }
}

const read = async (network: LayersModel): Promise<Float32Array[]> =>
  Promise.all(network.weights.map((weight) => (weight.read() as Tensor).data() as Promise<Float32Array>))

function write(network: LayersModel, values: readonly Float32Array[]): void {
  tidy(() => {
    for (const [i, weight] of network.weights.entries()) weight.write(tensor(values[i]!, weight.shape as number[]))
  })
}
