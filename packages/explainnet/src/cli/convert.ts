import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { ExplainError, parseCard } from '@explainnet/core'
import { readKeras } from '@explainnet/keras'
import { readModelCard, saveModel, useBackend } from '@explainnet/node'
import { Command } from 'commander'
import { say } from './console.ts'
import { readJSON } from './model-option.ts'

interface ConvertOptions {
  readonly architecture?: string
  readonly card?: string
}

export const convertCommand = (): Command =>
  new Command('convert')
    .description('write a Keras file (.h5, .keras, .weights.h5) as a TensorFlow.js model folder')
    .argument('<file>', 'Keras file')
    .argument('<folder>', 'model folder to write: model.json, weights, card.json')
    .option('--architecture <file>', 'for weights alone: the JSON that model.to_json() wrote')
    .option('--card <file>', 'model card (JSON); default: the one beside the file')
    .action(async (file: string, folder: string, options: ConvertOptions) => {
      await useBackend('cpu')
      const architecture = options.architecture && (await read(options.architecture)).toString('utf8')
      const network = await readKeras(await read(file), { architecture })
      try {
        const card = options.card ? parseCard(await readJSON(options.card)) : await readModelCard(file)
        await saveModel(folder, network, card)
        say(
          `${basename(file)}: ${network.countParams()} parameters${card ? ' and its card' : ', no card'} in ${folder}.`,
        )
      } finally {
        network.dispose()
      }
    })

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new ExplainError('bad-file', `${path} cannot be read.`, 'Give the path of a Keras file.', { cause })
  }
}
