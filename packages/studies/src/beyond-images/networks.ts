import { initializers, input, type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { elements, mostAtoms } from './molecules.ts'
import { questionClasses, questionLength, questionWords } from './questions.ts'
import { sourceLength, sourceWords, targetLength, targetWords } from './translation.ts'

/**
 * A network that reads words, twice over the same weights: from their places in the vocabulary, for training; and from
 * their embeddings, which can be differentiated by. `tables` turn places into embeddings, a layer an input.
 */
export interface WordNetwork {
  readonly fromWords: LayersModel
  readonly fromEmbeddings: LayersModel
  readonly tables: readonly layers.Layer[]
}

const [questionDimension, translationDimension] = [16, 24]

/** Seeds of the initial weights, one a layer, so that a network comes out the same every time. */
const seeds = (seed: number) => {
  let next = seed * 1000
  return () => initializers.glorotUniform({ seed: ++next })
}

/** Embedding, a convolution over three words, the maximum over the sentence, one dense layer. */
export function questionNetwork(seed: number): WordNetwork {
  const start = seeds(seed)
  const table = embedding('words', questionWords.length, questionDimension, start)
  const convolution = layers.conv1d({
    name: 'phrases',
    filters: 32,
    kernelSize: 3,
    padding: 'same',
    activation: 'relu',
    kernelInitializer: start(),
  })
  const pool = layers.globalMaxPooling1d({ name: 'strongest' })
  const classes = layers.dense({
    name: 'classes',
    units: questionClasses.length,
    activation: 'softmax',
    kernelInitializer: start(),
  })
  const read = ([embedded]: readonly SymbolicTensor[]) =>
    classes.apply(pool.apply(convolution.apply(embedded!))) as SymbolicTensor
  return twice('questions', [{ name: 'question', length: questionLength, table, dimension: questionDimension }], read)
}

/** A recurrent encoder hands its last state to a recurrent decoder, which has read the translation so far: the next word. */
export function translationNetwork(seed: number): WordNetwork {
  const start = seeds(seed)
  const source = embedding('source_words', sourceWords.length, translationDimension, start)
  const target = embedding('target_words', targetWords.length, translationDimension, start)
  const recurrent = (name: string) =>
    layers.gru({
      name,
      units: 64,
      returnState: true,
      kernelInitializer: start(),
      recurrentInitializer: start(),
    })
  const [encoder, decoder] = [recurrent('encoder'), recurrent('decoder')]
  const next = layers.dense({
    name: 'next_word',
    units: targetWords.length,
    activation: 'softmax',
    kernelInitializer: start(),
  })
  const read = ([sentence, sofar]: readonly SymbolicTensor[]) => {
    const [, state] = encoder.apply(sentence!) as SymbolicTensor[]
    const [last] = decoder.apply([sofar!, state!]) as SymbolicTensor[]
    return next.apply(last!) as SymbolicTensor
  }
  const dimension = translationDimension
  return twice(
    'translation',
    [
      { name: 'source', length: sourceLength, table: source, dimension },
      { name: 'target', length: targetLength, table: target, dimension },
    ],
    read,
  )
}

/**
 * Three rounds in which every atom hears from those bound to it, then the maximum over the atoms. Inputs: `atoms`
 * [atoms, elements] and `bonds` [atoms, atoms].
 */
export function moleculeNetwork(seed: number): LayersModel {
  const start = seeds(seed)
  const atoms = input({ name: 'atoms', shape: [mostAtoms, elements.length] })
  const bonds = input({ name: 'bonds', shape: [mostAtoms, mostAtoms] })
  const dense = (name: string, units: number, useBias: boolean) =>
    layers.dense({ name, units, useBias, kernelInitializer: start() })
  let state = atoms as SymbolicTensor
  for (const round of [1, 2, 3]) {
    const heard = layers.dot({ name: `heard${round}`, axes: [2, 1] }).apply([bonds, state]) as SymbolicTensor
    const own = dense(`own${round}`, 24, true).apply(state) as SymbolicTensor
    const told = dense(`told${round}`, 24, false).apply(heard) as SymbolicTensor
    const sum = layers.add({ name: `sum${round}` }).apply([own, told])
    state = layers.reLU({ name: `relu${round}` }).apply(sum) as SymbolicTensor
  }
  const strongest = layers.globalMaxPooling1d({ name: 'strongest' }).apply(state)
  const classes = layers.dense({ name: 'classes', units: 2, activation: 'softmax', kernelInitializer: start() })
  return model({ name: 'molecules', inputs: [atoms, bonds], outputs: classes.apply(strongest) as SymbolicTensor })
}

const embedding = (name: string, words: number, outputDim: number, start: ReturnType<typeof seeds>) =>
  layers.embedding({ name, inputDim: words, outputDim, embeddingsInitializer: start() })

interface Reading {
  readonly name: string
  readonly length: number
  readonly dimension: number
  readonly table: layers.Layer
}

function twice(
  name: string,
  readings: readonly Reading[],
  read: (embedded: readonly SymbolicTensor[]) => SymbolicTensor,
): WordNetwork {
  const places = readings.map((one) => input({ name: `${one.name}_places`, shape: [one.length], dtype: 'int32' }))
  const embedded = readings.map((one) => input({ name: one.name, shape: [one.length, one.dimension] }))
  const fromPlaces = read(places.map((one, i) => readings[i]!.table.apply(one) as SymbolicTensor))
  return {
    fromWords: model({ name: `${name}_words`, inputs: places, outputs: fromPlaces }),
    fromEmbeddings: model({ name, inputs: embedded, outputs: read(embedded) }),
    tables: readings.map(({ table }) => table),
  }
}
