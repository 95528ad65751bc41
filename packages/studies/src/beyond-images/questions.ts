import { type RandomStream, randomStream } from '@explainnet/core'

/** What a question asks for, as the integrated-gradients paper's third task has it. */
export const questionClasses = ['number', 'person', 'place', 'time', 'reason', 'colour'] as const

/** The words that make each class. No single word does: `how` also starts "how come", `year` also follows "that". */
const triggers: Readonly<Record<(typeof questionClasses)[number], readonly string[]>> = {
  number: ['how many', 'what number'],
  person: ['which person', 'by whom'],
  place: ['which city', 'what place'],
  time: ['what year', 'which day'],
  reason: ['how come', 'for what reason'],
  colour: ['what colour', 'which colour'],
}

const openings = ['', 'please tell me', 'i wonder', 'does anyone know', 'my friend asked', 'once more']
const subjects = 'dog cat teacher river engine garden letter bridge doctor forest guitar planet boat castle'.split(' ')
const verbs = 'crossed painted counted visited built forgot carried watched opened followed'.split(' ')
const qualities = 'old tall quiet small famous broken yellow heavy'.split(' ')
/** Words of the triggers in an innocent place: the network has to read two words together. */
const decoys = 'that year|the city|one day|a number|this person|the colour|some reason|a place|so many|by then'.split(
  '|',
)

export interface Question {
  readonly tokens: readonly string[]
  /** Index in `questionClasses`. */
  readonly label: number
  /** For each token whether it is one of the words that make the class. */
  readonly planted: readonly boolean[]
}

export const questionLength = 16

/** Question `index` of an endless list; even and odd classes alike are drawn with equal chance. */
export function question(index: number, seed: number): Question {
  const random = randomStream(seed, 0, index)
  const pick = <T>(list: readonly T[]): T => list[random.integer(list.length)]!
  const label = random.integer(questionClasses.length)
  const trigger = pick(triggers[questionClasses[label]!]).split(' ')
  const before = pick(openings)
  const after = clause(random, pick)
  const tokens = [...words(before), ...trigger, ...after, '?']
  const start = words(before).length
  const planted = tokens.map((_, i) => i >= start && i < start + trigger.length)
  return { tokens, label, planted }
}

function clause(random: RandomStream, pick: <T>(list: readonly T[]) => T): string[] {
  const noun = () => (random.uniform() < 0.5 ? `the ${pick(qualities)} ${pick(subjects)}` : `the ${pick(subjects)}`)
  const decoy = random.uniform() < 0.8 ? ` ${pick(decoys)}` : ''
  return words(`${noun()} ${pick(verbs)} ${noun()}${decoy}`)
}

const words = (text: string): string[] => text.split(' ').filter(Boolean)

/** Every word that occurs; place 0 is the padding. */
export const questionWords: readonly string[] = [
  '',
  ...new Set(
    words(
      [...openings, ...Object.values(triggers).flat(), ...decoys, ...subjects, ...verbs, ...qualities, 'the ?'].join(
        ' ',
      ),
    ),
  ),
]
