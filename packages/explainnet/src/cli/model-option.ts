import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import {
  ExplainError,
  type LayeredModel,
  type ModelCard,
  type Preprocessing,
  parseCard,
  preprocessingPresets,
} from '@explainnet/core'
import { type LoadModelOptions, readModelCard } from '@explainnet/node'
import type { Command } from 'commander'

export interface ModelOptions {
  readonly model?: string
  readonly architecture?: string
  readonly card?: string
  readonly preprocess?: string
  readonly labels?: string
}

export const withModelOptions = (command: Command, description: string): Command =>
  command
    .option('--model <path>', description)
    .option('--architecture <file>', 'for a Keras file of weights alone: the JSON that model.to_json() wrote')
    .option('--card <file>', 'model card (JSON); default: card.json beside the model')
    .option(
      '--preprocess <preset|json>',
      `how pixels become input: ${Object.keys(preprocessingPresets).join(', ')}, or JSON`,
    )
    .option('--labels <file|list>', 'class names in the order of the outputs: a text file, a JSON array, or a,b,c')

/** Loads the model that the options name, its card overridden by what they say. */
export async function loadModelOption<M extends LayeredModel>(
  options: ModelOptions & { readonly model: string },
  load: (path: string, options: LoadModelOptions) => Promise<M>,
): Promise<M> {
  const { architecture } = options
  if (!options.card && !options.preprocess && !options.labels) return load(options.model, { architecture })
  const card: ModelCard = {
    ...(options.card ? parseCard(await readJSON(options.card)) : await readModelCard(options.model)),
    ...(options.preprocess ? { input: readPreprocessing(options.preprocess) } : {}),
    ...(options.labels ? { labels: await readLabels(options.labels) } : {}),
  }
  return load(options.model, { card, architecture })
}

export async function readJSON(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw new ExplainError('bad-card', `${path} cannot be read as JSON.`, 'Give the path of a model card.', { cause })
  }
}

function readPreprocessing(text: string): Preprocessing {
  const presets: Record<string, Preprocessing> = preprocessingPresets
  if (presets[text]) return presets[text]
  try {
    return parseCard({ input: JSON.parse(text) }).input ?? {}
  } catch (cause) {
    if (cause instanceof ExplainError) throw cause
    throw new ExplainError(
      'bad-card',
      `'${text}' is no preprocessing.`,
      `Use ${Object.keys(presets).join(', ')}, or JSON such as {"size":[224,224],"range":[-1,1]}.`,
      { cause },
    )
  }
}

async function readLabels(text: string): Promise<string[]> {
  if (!existsSync(text)) return text.split(',').map((label) => label.trim())
  const content = (await readFile(text, 'utf8')).trim()
  if (content.startsWith('[')) return JSON.parse(content) as string[]
  return content.split(/\r?\n/).map((line) => line.trim())
}
