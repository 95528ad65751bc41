/** What a method may ask of a model, and the method that a package of the kind begins with. */
export const kinds = {
  predictions: {
    text: 'scores of changed inputs; explains black boxes, too',
    about: 'How much the score falls when a segment of the input becomes the baseline, each segment in its turn.',
    cost: 'A forward pass a segment and baseline',
  },
  gradients: {
    text: 'gradients of the score by the input',
    about:
      'The gradient times the way from the baseline to the input: each value’s first-order share of the change in score.',
    cost: 'A forward and a backward pass',
  },
  layers: {
    text: 'a layer’s output and the gradient by it',
    about: 'What each position of a layer brings to the score: output times gradient, summed over the channels.',
    cost: 'A forward and a backward pass',
  },
} as const

export type Kind = keyof typeof kinds

export const isKind = (text: string): text is Kind => Object.hasOwn(kinds, text)
