/** First numbers of the random streams' paths: what a training run draws for. */
export const purposes = { weights: 0, order: 1, augmentation: 2, dropout: 3 } as const
