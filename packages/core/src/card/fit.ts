import type { Model, ModelCard, Preprocessing, TensorSpec, Warning } from '../api.ts'
import { ExplainError } from '../errors.ts'
import { guessCard } from './card.ts'

/**
 * How pixels become the input of this model: by its card, completed by what the input's shape `[null, height, width, channels]`
 * tells (a size that the card leaves open; grey, where there is one channel). Without a card that says, it is a guess, pixels
 * divided by 255, and `warning` (code `guessed`) is there to be shown. Throws `bad-card` if card and input contradict each other,
 * and `unsupported-model` if the model does not take one image.
 */
export function preprocessingFor(model: Pick<Model, 'inputs' | 'card'>): {
  readonly preprocessing: Preprocessing
  readonly warning?: Warning | undefined
} {
  const input = imageInput(model.inputs)
  const channels = input?.shape[3]
  const given = model.card?.input
  if (input && given) checkCard({ input: given }, model.inputs)
  if (!input || (channels !== null && channels !== 1 && channels !== 3)) {
    throw new ExplainError(
      'unsupported-model',
      `The model takes ${model.inputs.map(({ shape }) => describe(shape)).join(' and ')}, which is not one image in RGB or grey.`,
      'Explain it through the library, with its inputs as arrays.',
    )
  }
  const { card: guess, warning } = guessCard(input)
  if (!given) return { preprocessing: guess.input!, warning: { code: 'guessed', message: warning } }
  const { size, channelOrder } = guess.input!
  return {
    preprocessing: {
      ...given,
      ...(size && !given.size ? { size } : {}),
      ...(channelOrder && !given.channelOrder ? { channelOrder } : {}),
    },
  }
}

/**
 * Throws `bad-card` if the card's `input` cannot be what a model with these inputs takes: another size than its only image input
 * has, or another number of channels.
 */
export function checkCard(card: ModelCard, inputs: readonly TensorSpec[]): void {
  const shape = imageInput(inputs)?.shape
  const given = card.input
  if (!shape || !given) return
  const [, height, width, channels] = shape
  const contradiction = (field: string, value: unknown) =>
    new ExplainError(
      'bad-card',
      `The model card's 'input.${field}' is ${JSON.stringify(value)}, but the model takes ${describe(shape)}.`,
      'Correct the card, or give the one that belongs to this model.',
    )
  const { size, channelOrder } = given
  if (size && ((height && size[0] !== height) || (width && size[1] !== width))) throw contradiction('size', size)
  if (!channels) return
  const pictured = channelOrder === undefined ? (channels === 1 ? 1 : 3) : channelOrder === 'grey' ? 1 : 3
  if (channels !== pictured) throw contradiction('channelOrder', channelOrder ?? 'rgb')
  // parseCard takes a card without an order for RGB; where the model says that it is grey, three values have no channel to go to.
  for (const field of ['mean', 'std'] as const) {
    if (given[field] && given[field].length !== channels) throw contradiction(field, given[field])
  }
}

const imageInput = (inputs: readonly TensorSpec[]): TensorSpec | undefined =>
  inputs.length === 1 && inputs[0]!.shape.length === 4 ? inputs[0] : undefined

const describe = (shape: TensorSpec['shape']): string => `[${shape.map((side) => side ?? 'any').join(', ')}]`
