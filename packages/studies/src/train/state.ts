import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ExplainError, readSafetensors, type StoredTensor, writeSafetensors } from '@explainnet/core'
import { writeFileAtomic } from '@explainnet/node'

/** One line of the training curves. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number
  /** Learning rate of the epoch's last step. */
  readonly rate: number
  /** Mean over the epoch's augmented batches, with label smoothing, of the network being trained. */
  readonly loss: number
  readonly accuracy: number
  /** Plain, of the averaged weights, on the validation split. */
  readonly validationLoss: number
  readonly validationAccuracy: number
}

/** Everything that a run needs to go on as if it had never stopped. */
export interface TrainingState {
  /** What the run is: seed, recipe, architecture. A state is continued only by the run that made it. */
  readonly run: string
  readonly history: readonly EpochRecord[]
  readonly weights: readonly Float32Array[]
  readonly momentum: readonly Float32Array[]
  readonly average: readonly Float32Array[]
  /** The average at the epoch with the lowest validation loss. */
  readonly best: readonly Float32Array[]
}

const parts = ['weights', 'momentum', 'average', 'best'] as const
const fileName = 'training.safetensors'

/** Written whole or not at all: a run stopped at any moment leaves a whole state. Throws `unwritable`. */
export async function saveState(folder: string, state: TrainingState): Promise<void> {
  const tensors: Record<string, StoredTensor> = {}
  for (const part of parts) {
    state[part].forEach((data, i) => {
      tensors[`${part}/${i}`] = { shape: [data.length], data }
    })
  }
  const metadata = { run: state.run, history: JSON.stringify(state.history) }
  await writeFileAtomic(join(folder, fileName), writeSafetensors({ tensors, metadata }))
}

/** The state in a folder, or undefined where there is none. Throws `bad-option` for a state of another run. */
export async function loadState(folder: string, run: string): Promise<TrainingState | undefined> {
  const bytes = await readFile(join(folder, fileName)).catch(() => undefined)
  if (bytes === undefined) return undefined
  const { tensors, metadata } = readSafetensors(bytes)
  if (metadata['run'] !== run) {
    throw new ExplainError(
      'bad-option',
      `${folder} holds a training run with another seed, recipe, network or data.`,
      'Give the options of that run to continue it, or another folder.',
    )
  }
  const list = (part: string) => {
    const values: Float32Array[] = []
    for (let i = 0; tensors[`${part}/${i}`] !== undefined; i++)
      values.push(tensors[`${part}/${i}`]!.data as Float32Array)
    return values
  }
  return {
    run,
    history: JSON.parse(metadata['history']!),
    weights: list('weights'),
    momentum: list('momentum'),
    average: list('average'),
    best: list('best'),
  }
}

/** The training curves as CSV with a header. */
export function historyAsCsv(history: readonly EpochRecord[]): string {
  const columns = ['epoch', 'rate', 'loss', 'accuracy', 'validationLoss', 'validationAccuracy'] as const
  const rows = history.map((record) => columns.map((column) => String(Number(record[column].toPrecision(6)))).join(','))
  return `${[columns.join(','), ...rows].join('\n')}\n`
}
