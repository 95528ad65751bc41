import { join } from 'node:path'
import type { LayeredModel, ModelCard } from '@explainnet/core'
import { loadModel, type SaveModelOptions, saveModel, writeFileAtomic } from '@explainnet/node'
import { historyAsCsv } from './state.ts'
import type { TrainingResult } from './trainer.ts'

export const asJSON = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** Writes a trained network with its card and history, in half precision unless told otherwise, frees it, and loads what was written. */
export async function writeTrained(
  out: string,
  { network, history }: TrainingResult,
  card: ModelCard,
  options: SaveModelOptions = { quantize: 'float16' },
): Promise<LayeredModel> {
  await saveModel(out, network, card, options)
  network.dispose()
  await writeFileAtomic(join(out, 'history.csv'), historyAsCsv(history))
  return loadModel(out)
}

/** Writes the card again with what was measured on the network as written, before what was there. */
export const addMetrics = (out: string, card: ModelCard, measured: Readonly<Record<string, unknown>>): Promise<void> =>
  writeFileAtomic(join(out, 'card.json'), asJSON({ ...card, metrics: { ...measured, ...card.metrics } }))
