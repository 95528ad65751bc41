import { type Attribution, explain, fromLayersModel, randomStream } from '@explainnet/core'
import { tokenStripFigure } from '@explainnet/viz'
import type { PageFigure } from '../study/page.ts'
import { accuracy, type Examples, fit } from './fit.ts'
import { keptNetwork } from './kept-network.ts'
import { questionNetwork } from './networks.ts'
import { type OnPlanted, onPlanted } from './on-planted.ts'
import { type Question, question, questionClasses, questionLength, questionWords } from './questions.ts'
import { heldOutFrom, type Task, type TaskOptions, taskFigure } from './task.ts'
import { wordMethods } from './techniques.ts'
import { embedded, tableOf, tokenRelevance } from './tokens.ts'
import { placesOf } from './words.ts'

/** Question classification: trains the network, explains held-out questions, and asks whether relevance finds the words that were planted. */
export async function questionTask({ folder, seed, sizes, signal, onProgress }: TaskOptions): Promise<Task> {
  const { fromWords, fromEmbeddings, tables } = questionNetwork(seed)
  const make = (from: number, count: number) => Array.from({ length: count }, (_, i) => question(from + i, seed))
  const settings = { epochs: 6, seed }
  await keptNetwork(fromWords, { folder, from: ['questions', settings, sizes.training] }, () =>
    fit(fromWords, examplesOf(make(0, sizes.training)), { ...settings, signal, onProgress }),
  )
  const questions = make(heldOutFrom, sizes.explained)
  const model = fromLayersModel(fromEmbeddings, {
    card: { name: 'questions', labels: questionClasses, output: 'probabilities' },
  })
  const input = embedded(await tableOf(tables[0]!), questions.map(placesIn))
  const planted = questions.map((one) => padded(one.planted))
  const target = questions.map(({ label }) => label)
  const rows: { name: string; found: OnPlanted }[] = []
  const relevances = new Map<string, number[][]>()
  let certified: Attribution | undefined
  for (const { name, method, reduction } of wordMethods) {
    onProgress?.(1, `questions: ${name}`)
    const attribution = await explain(model, input, method, { target, space: 'logit', signal })
    certified = attribution
    const relevance = tokenRelevance(attribution, 'question', reduction)
    relevances.set(name, relevance)
    rows.push({ name, found: onPlanted(relevance, planted) })
  }
  const random = randomStream(seed, 4)
  const guessed = questions.map(({ tokens }) =>
    Array.from({ length: questionLength }, (_, i) => (i < tokens.length ? random.uniform() : 0)),
  )
  rows.push({ name: 'Random', found: onPlanted(guessed, planted) })
  const held = await accuracy(fromWords, examplesOf(make(heldOutFrom, sizes.heldOut)))
  const strips: PageFigure[] = [
    {
      file: 'questions',
      caption:
        'One held-out question of each class, each word in the colour of its integrated gradients; the planted words are underlined.',
      figure: tokenStripFigure({
        title: 'Which words make the class',
        rows: questionClasses.flatMap((name, label) => {
          const at = questions.findIndex((one) => one.label === label)
          if (at < 0) return []
          const { tokens, planted: marked } = questions[at]!
          return [{ name, tokens, marked, values: relevances.get('Integrated gradients')![at]! }]
        }),
      }),
    },
    {
      file: 'question-methods',
      caption: 'The same question by every method.',
      figure: tokenStripFigure({
        title: `What makes it a question for a ${questionClasses[questions[0]!.label]}`,
        rows: [...relevances].map(([name, values]) => ({
          name,
          tokens: questions[0]!.tokens,
          values: values[0]!,
          marked: questions[0]!.planted,
        })),
      }),
    },
    taskFigure('question-shares', 'Relevance on the planted words', rows),
  ]
  for (const network of [fromWords, fromEmbeddings]) network.dispose()
  return {
    title: 'Question classification',
    accuracy: { value: held, examples: sizes.heldOut },
    rows,
    figures: strips,
    completeness: certified?.certificate.evidence.completeness?.relative,
  }
}

const placesIn = ({ tokens }: Question) => placesOf(tokens, questionWords, questionLength, 'right')

const padded = (flags: readonly boolean[]): boolean[] =>
  Array.from({ length: questionLength }, (_, i) => flags[i] ?? false)

const examplesOf = (questions: readonly Question[]): Examples => ({
  inputs: [{ values: Int32Array.from(questions.flatMap(placesIn)), size: questionLength }],
  labels: Int32Array.from(questions, ({ label }) => label),
})
