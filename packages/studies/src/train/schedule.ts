/** How a network is trained: stochastic gradient descent with Nesterov momentum, and an average of its weights. */
export interface Recipe {
  readonly epochs: number
  readonly batchSize: number
  /** Learning rate after the warm-up. */
  readonly peakRate: number
  /** Share of all steps in which the rate rises linearly from 0. Default 0.05. */
  readonly warmUp?: number | undefined
  /** The rate at the end of the cosine, as a share of the peak. Default 0.01. */
  readonly floor?: number | undefined
  /** Default 0.9. */
  readonly momentum?: number | undefined
  /** L2: this many times the kernel is added to its gradient; biases and batch normalisation have none. Default 5e-4. */
  readonly weightDecay?: number | undefined
  /** Share of each target's probability spread over all classes. Default 0.1. The validation loss is plain. */
  readonly labelSmoothing?: number | undefined
  /** Upper bound of the decay of the weights' exponential moving average. Default 0.98. */
  readonly averageDecay?: number | undefined
}

export type ResolvedRecipe = { readonly [K in keyof Recipe]-?: number }

export const resolveRecipe = (recipe: Recipe): ResolvedRecipe => ({
  epochs: recipe.epochs,
  batchSize: recipe.batchSize,
  peakRate: recipe.peakRate,
  warmUp: recipe.warmUp ?? 0.05,
  floor: recipe.floor ?? 0.01,
  momentum: recipe.momentum ?? 0.9,
  weightDecay: recipe.weightDecay ?? 5e-4,
  labelSmoothing: recipe.labelSmoothing ?? 0.1,
  averageDecay: recipe.averageDecay ?? 0.98,
})

/** The learning rate of step `step` of `steps`, counted from 0: a linear warm-up, then a cosine down to the floor. */
export function learningRate(step: number, steps: number, recipe: ResolvedRecipe): number {
  const done = step / steps
  if (done < recipe.warmUp) return (recipe.peakRate * done) / recipe.warmUp
  const cosine = (1 + Math.cos((Math.PI * (done - recipe.warmUp)) / (1 - recipe.warmUp))) / 2
  return recipe.peakRate * (recipe.floor + (1 - recipe.floor) * cosine)
}

/** The decay of the weights' average at a step counted from 0: small at first, so that the initial weights are forgotten. */
export const averageDecay = (step: number, recipe: ResolvedRecipe): number =>
  Math.min(recipe.averageDecay, (1 + step) / (10 + step))
