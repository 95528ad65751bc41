import { randomStream } from '@explainnet/core'

/** Of the made-up target language: nouns have a gender, which their adjectives follow, and verbs follow the subject's number. */
const nouns = [
  ['dog', 'kano', 'm'],
  ['cat', 'feli', 'f'],
  ['bird', 'avo', 'm'],
  ['horse', 'kavi', 'f'],
  ['boy', 'pueno', 'm'],
  ['girl', 'domi', 'f'],
] as const
const adjectives = [
  ['small', 'pet'],
  ['big', 'gran'],
  ['old', 'vek'],
  ['white', 'blan'],
  ['happy', 'gai'],
] as const
const verbs = [
  ['sees', 'vid'],
  ['follows', 'sek'],
  ['hears', 'aud'],
  ['finds', 'trov'],
] as const

export const [beginning, ending] = ['<s>', '</s>']

/** A sentence and its translation: subject, verb, object becomes subject, object, verb; adjectives come after their noun. */
export interface SentencePair {
  readonly source: readonly string[]
  /** Without beginning, with ending. */
  readonly target: readonly string[]
  /** For each target token the places of the source tokens that decide it. */
  readonly sourceTruth: readonly (readonly number[])[]
  /** For each target token the places of earlier target tokens that tell the same: the noun that an ending agrees with. */
  readonly targetTruth: readonly (readonly number[])[]
}

export const [sourceLength, targetLength] = [5, 6]

export function sentencePair(index: number, seed: number): SentencePair {
  const random = randomStream(seed, 2, index)
  const source: string[] = []
  const target: string[] = []
  const sourceTruth: number[][] = []
  const targetTruth: number[][] = []
  const say = (word: string, fromSource: number[], fromTarget: number[] = []) => {
    target.push(word)
    sourceTruth.push(fromSource)
    targetTruth.push(fromTarget)
  }
  const phrase = () => {
    const [noun, adjective] = [random.integer(nouns.length), random.integer(adjectives.length)]
    const [isPlural, hasAdjective] = [random.integer(2) === 1, random.integer(2) === 1]
    if (hasAdjective) source.push(adjectives[adjective]![0])
    source.push(isPlural ? `${nouns[noun]![0]}s` : nouns[noun]![0])
    const place = source.length - 1
    return { noun: nouns[noun]!, adjective: hasAdjective ? adjectives[adjective]! : undefined, isPlural, place }
  }
  const tell = ({ noun, adjective, isPlural, place }: ReturnType<typeof phrase>) => {
    say(isPlural ? `${noun[1]}n` : noun[1], [place])
    if (adjective) say(`${adjective[1]}${noun[2] === 'f' ? 'a' : 'o'}`, [place - 1, place], [target.length - 1])
  }
  const subject = phrase()
  const verb = verbs[random.integer(verbs.length)]!
  source.push(verb[0])
  const verbPlace = source.length - 1
  const object = phrase()
  tell(subject)
  tell(object)
  say(`${verb[1]}${subject.isPlural ? 'as' : 'a'}`, [verbPlace, subject.place], [0])
  say(ending, [])
  return { source, target, sourceTruth, targetTruth }
}

/** Every word of the two languages; place 0 is the padding. */
export const sourceWords: readonly string[] = [
  '',
  ...nouns.flatMap(([noun]) => [noun, `${noun}s`]),
  ...adjectives.map(([adjective]) => adjective),
  ...verbs.map(([verb]) => verb),
]
export const targetWords: readonly string[] = [
  '',
  beginning,
  ending,
  ...nouns.flatMap(([, noun]) => [noun, `${noun}n`]),
  ...adjectives.flatMap(([, adjective]) => [`${adjective}o`, `${adjective}a`]),
  ...verbs.flatMap(([, verb]) => [`${verb}a`, `${verb}as`]),
]
