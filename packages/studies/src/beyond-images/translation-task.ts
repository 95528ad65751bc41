import { type Attribution, explain, fromLayersModel, randomStream } from '@explainnet/core'
import { tokenStripFigure } from '@explainnet/viz'
import { argMax, type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { accuracy, type Examples, fit } from './fit.ts'
import { keptNetwork } from './kept-network.ts'
import { translationNetwork } from './networks.ts'
import { onPlanted } from './on-planted.ts'
import { heldOutFrom, type Task, type TaskOptions, taskFigure } from './task.ts'
import { wordMethods } from './techniques.ts'
import { embedded, tableOf, tokenRelevance } from './tokens.ts'
import {
  beginning,
  ending,
  type SentencePair,
  sentencePair,
  sourceLength,
  sourceWords,
  targetLength,
  targetWords,
} from './translation.ts'
import { placesOf } from './words.ts'

/**
 * A small translation, word by word: each output token has an attribution row of its own, over the source sentence and
 * over the translation so far. Relevance is held against the words that decide the token.
 */
export async function translationTask({ folder, seed, sizes, signal, onProgress }: TaskOptions): Promise<Task> {
  const { fromWords, fromEmbeddings, tables } = translationNetwork(seed)
  const make = (from: number, count: number) => Array.from({ length: count }, (_, i) => sentencePair(from + i, seed))
  const settings = { epochs: 14, seed }
  await keptNetwork(fromWords, { folder, from: ['translation', settings, sizes.training] }, () =>
    fit(fromWords, examplesOf(make(0, sizes.training)), { ...settings, signal, onProgress }),
  )
  const model = fromLayersModel(fromEmbeddings, {
    card: { name: 'translation', labels: targetWords.map((word) => word || '(nothing)'), output: 'probabilities' },
  })
  const heldOut = make(heldOutFrom, sizes.heldOut)
  const exact = await exactly(fromWords, heldOut)
  const explained = heldOut
    .slice(0, sizes.explained)
    .flatMap(stepsOf)
    .filter(({ word }) => word !== ending)
  const [source, target] = await Promise.all(tables.map(tableOf))
  const input = {
    source: embedded(
      source!,
      explained.map(({ pair }) => sourcePlaces(pair)),
    ),
    target: embedded(
      target!,
      explained.map(({ sofar }) => targetPlaces(sofar)),
    ),
  }
  const goals = explained.map(({ word }) => targetWords.indexOf(word))
  const planted = explained.map(({ truth }) => truth)
  const rows: Task['rows'][number][] = []
  let last: { relevance: number[][]; attribution: Attribution } | undefined
  for (const { name, method, reduction } of wordMethods) {
    onProgress?.(1, `translation: ${name}`)
    const attribution = await explain(model, input, method, { target: goals, space: 'logit', signal })
    const sofar = tokenRelevance(attribution, 'target', reduction)
    const relevance = tokenRelevance(attribution, 'source', reduction).map((row, i) => [...row, ...sofar[i]!])
    rows.push({ name, found: onPlanted(relevance, planted) })
    last = { relevance, attribution }
  }
  const random = randomStream(seed, 6)
  const there = explained.map(({ pair, sofar }) => [...sourcePlaces(pair), ...targetPlaces(sofar)])
  const guess = there.map((row) => row.map((place) => (place > 0 ? random.uniform() : 0)))
  rows.push({ name: 'Random', found: onPlanted(guess, planted) })
  const held = await accuracy(fromWords, examplesOf(heldOut))
  for (const network of [fromWords, fromEmbeddings]) network.dispose()
  const longest = explained.reduce((best, one) => (one.pair.source.length > best.pair.source.length ? one : best)).pair
  return {
    title: 'Translation, one row per output token',
    accuracy: { value: held, examples: heldOut.reduce((sum, { target: words }) => sum + words.length, 0) },
    rows,
    completeness: last!.attribution.certificate.evidence.completeness?.relative,
    results: { sentencesTranslatedExactly: exact },
    figures: [
      {
        file: 'translation',
        caption: `“${longest.source.join(' ')}”: each row is one word of the translation, over the source sentence and the translation so far, by integrated gradients; the words that decide it are underlined.`,
        figure: tokenStripFigure({
          title: 'Which words decide each word of the translation',
          rows: explained.flatMap(({ pair, sofar, word, truth }, i) => {
            if (pair !== longest) return []
            const tokens = [...pad(pair.source, sourceLength), ...pad(sofar, targetLength)]
            const shown = tokens.flatMap((token, place) => (token === '' ? [] : [place]))
            return [
              {
                name: `→ ${word}`,
                tokens: shown.map((place) => tokens[place]!),
                values: shown.map((place) => last!.relevance[i]![place]!),
                marked: shown.map((place) => truth[place]!),
              },
            ]
          }),
        }),
      },
      taskFigure('translation-shares', 'Relevance on the words that decide', rows),
    ],
  }
}

interface Step {
  readonly pair: SentencePair
  /** The translation before this token, with its beginning. */
  readonly sofar: readonly string[]
  readonly word: string
  /** Over the places of both inputs: whether the word there decides this token. */
  readonly truth: readonly boolean[]
}

function stepsOf(pair: SentencePair): Step[] {
  return pair.target.map((word, t) => {
    const sofar = [beginning, ...pair.target.slice(0, t)]
    const truth = Array<boolean>(sourceLength + targetLength).fill(false)
    for (const place of pair.sourceTruth[t]!) truth[sourceLength - pair.source.length + place] = true
    // One further for the beginning.
    for (const place of pair.targetTruth[t]!) truth[sourceLength + targetLength - sofar.length + place + 1] = true
    return { pair, sofar, word, truth }
  })
}

const sourcePlaces = ({ source }: SentencePair) => placesOf(source, sourceWords, sourceLength, 'left')
const targetPlaces = (sofar: readonly string[]) => placesOf(sofar, targetWords, targetLength, 'left')
const pad = (words: readonly string[], length: number): string[] => [
  ...Array<string>(length - words.length).fill(''),
  ...words,
]

const examplesOf = (pairs: readonly SentencePair[]): Examples => {
  const steps = pairs.flatMap(stepsOf)
  return {
    inputs: [
      { values: Int32Array.from(steps.flatMap(({ pair }) => sourcePlaces(pair))), size: sourceLength },
      { values: Int32Array.from(steps.flatMap(({ sofar }) => targetPlaces(sofar))), size: targetLength },
    ],
    labels: Int32Array.from(steps, ({ word }) => targetWords.indexOf(word)),
  }
}

/** The share of sentences that come out right when the network reads its own words: the likeliest word at every step. */
async function exactly(network: LayersModel, pairs: readonly SentencePair[]): Promise<number> {
  const sofar = pairs.map(() => [beginning])
  for (let step = 0; step < targetLength; step++) {
    const best = tidy(() => {
      const places = tensor2d(pairs.map(sourcePlaces), undefined, 'int32')
      const before = tensor2d(
        sofar.map((words) => targetPlaces(words.slice(-targetLength))),
        undefined,
        'int32',
      )
      return argMax(network.predictOnBatch([places, before]) as Tensor, -1)
    })
    const words = await best.data()
    best.dispose()
    sofar.forEach((sentence, i) => {
      if (sentence.at(-1) !== ending) sentence.push(targetWords[words[i]!]!)
    })
  }
  const right = pairs.filter(({ target }, i) => target.join(' ') === sofar[i]!.slice(1).join(' '))
  return right.length / pairs.length
}
