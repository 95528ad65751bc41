import type { ModelCard, Preprocessing, TensorSpec } from '../api.ts'
import { ExplainError } from '../errors.ts'
import { preprocessingPresets } from './presets.ts'

type Check = (value: unknown) => boolean
const isText: Check = (value) => typeof value === 'string'
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText)
const isNumbers =
  (...lengths: number[]): Check =>
  (value) =>
    Array.isArray(value) && lengths.includes(value.length) && value.every((one) => Number.isFinite(one))
const isOneOf =
  (...words: string[]): Check =>
  (value) =>
    words.includes(value as string)
const isObject: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

const inputFields: Record<keyof Preprocessing, [Check, string]> = {
  size: [
    (value) => isNumbers(2)(value) && (value as number[]).every((one) => Number.isInteger(one) && one >= 1),
    '[height, width], whole numbers from 1',
  ],
  resize: [isOneOf('stretch', 'fit', 'crop'), 'stretch, fit or crop'],
  antialias: [(value) => typeof value === 'boolean', 'true or false'],
  fill: [
    (value) =>
      value === 'border' || (isNumbers(3)(value) && (value as number[]).every((one) => one >= 0 && one <= 255)),
    "[red, green, blue], 0 to 255, or 'border'",
  ],
  range: [
    (value) => isNumbers(2)(value) && (value as number[])[0] !== (value as number[])[1],
    'two different numbers: what 0 and 255 become',
  ],
  mean: [isNumbers(1, 3), 'a number for each channel: three, or one if channelOrder is grey'],
  std: [
    (value) => isNumbers(1, 3)(value) && (value as number[]).every((one) => one > 0),
    'a positive number for each channel: three, or one if channelOrder is grey',
  ],
  channelOrder: [isOneOf('rgb', 'bgr', 'grey'), 'rgb, bgr or grey'],
}

const cardFields: Record<keyof ModelCard, [Check, string]> = {
  name: [isText, 'a text'],
  description: [isText, 'a text'],
  input: [isObject, 'an object'],
  labels: [isTexts, 'a list of texts, in the order of the outputs'],
  output: [isOneOf('probabilities', 'logits', 'scores'), 'probabilities, logits or scores'],
  targetLayer: [isText, 'the name of a layer'],
  sources: [isTexts, 'a list of texts'],
  license: [isText, 'a text'],
  metrics: [isObject, 'an object'],
}

/** Checks a model card read from JSON. Throws `bad-card`, naming the field and what it must be. */
export function parseCard(json: unknown): ModelCard {
  if (!isObject(json)) throw new ExplainError('bad-card', 'The model card is no object.', 'Write { "labels": […], … }.')
  check('', json as object, cardFields)
  const { input } = json as ModelCard
  if (input) {
    check('input.', input, inputFields)
    // A missing channel would silently go without its mean.
    const channels = input.channelOrder === 'grey' ? 1 : 3
    for (const name of ['mean', 'std'] as const) {
      if (input[name] && input[name].length !== channels) refuse(`input.${name}`, input[name], inputFields[name][1])
    }
  }
  return json as ModelCard
}

function check(prefix: string, object: object, fields: Record<string, [Check, string]>): void {
  for (const [name, value] of Object.entries(object)) {
    const field = fields[name]
    if (!field) {
      throw new ExplainError(
        'bad-card',
        `The model card has an unknown field '${prefix}${name}'.`,
        `Known are ${Object.keys(fields).join(', ')}.`,
      )
    }
    if (value !== undefined && !field[0](value)) refuse(prefix + name, value, field[1])
  }
}

function refuse(field: string, value: unknown, wanted: string): never {
  const shown = JSON.stringify(value)
  const short = shown.length > 60 ? `${shown.slice(0, 57)}…` : shown
  throw new ExplainError('bad-card', `The model card's '${field}' is ${short}.`, `It must be ${wanted}.`)
}

/** The card that the `metadata.json` of Teachable Machine's image models amounts to. Throws `bad-card` for anything else. */
export function teachableMachineCard(metadata: unknown): ModelCard {
  const { labels, imageSize = 224, modelName, packageName, grayscale } = (metadata ?? {}) as Record<string, unknown>
  // Sounds and poses have labels, too, but do not take an image.
  const isImage = packageName === undefined || packageName === '@teachablemachine/image'
  if (!isTexts(labels) || !isImage || !Number.isInteger(imageSize) || (imageSize as number) < 1) {
    throw new ExplainError(
      'bad-card',
      "metadata.json is not that of one of Teachable Machine's image models.",
      'Write a card.json beside the model instead.',
    )
  }
  const size = imageSize as number
  return {
    ...(typeof modelName === 'string' && modelName ? { name: modelName } : {}),
    labels: labels as string[],
    output: 'probabilities',
    input: {
      ...preprocessingPresets['teachable-machine'],
      size: [size, size],
      ...(grayscale === true ? { channelOrder: 'grey' as const } : {}),
    },
  }
}

/**
 * For a model without a card: its input size, pixels divided by 255. A guess, and `warning` says so.
 * Throws `bad-card` if the input is no grey or colour image.
 */
export function guessCard(input: TensorSpec): { readonly card: ModelCard; readonly warning: string } {
  const [, height, width, channels] = input.shape
  if (input.shape.length !== 4 || (channels !== 1 && channels !== 3)) {
    throw new ExplainError(
      'bad-card',
      `The model's input [${input.shape.map((side) => side ?? '…').join(', ')}] is no image, so no card can be guessed.`,
      'Prepare the input yourself.',
    )
  }
  const card: ModelCard = {
    input: {
      ...(height && width ? { size: [height, width] as const } : {}),
      range: [0, 1],
      ...(channels === 1 ? { channelOrder: 'grey' as const } : {}),
    },
  }
  return {
    card,
    warning: `No model card: guessing that the model wants ${describePreprocessing(card.input!)}. Give a card if it does not.`,
  }
}

/** One line for people. */
export function describePreprocessing(preprocessing: Preprocessing): string {
  const { size, resize = 'stretch', antialias = true, range = [0, 1], mean, std, channelOrder = 'rgb' } = preprocessing
  const fill = preprocessing.fill === 'border' ? 'border colour' : `fill ${(preprocessing.fill ?? [0, 0, 0]).join('/')}`
  return [
    size
      ? `${size[1]}×${size[0]} by ${resize}${resize === 'fit' ? ` (${fill})` : ''}${antialias ? '' : ', not antialiased'}`
      : 'own size',
    `pixels to [${range.join(', ')}]`,
    ...(mean ? [`minus mean ${mean.join('/')}`] : []),
    ...(std ? [`by std ${std.join('/')}`] : []),
    channelOrder === 'grey' ? 'grey' : channelOrder.toUpperCase(),
  ].join(', ')
}
