/** What the start page shows: its grains and the methods that explain them. Plain data, for the page, its workers and the build. */

/** Held-out pictures of pollenSim, seed 0; the first is on the page when it arrives. */
export const startIndices: readonly number[] = [
  2000000044, 2000000006, 2000000020, 2000000016, 2000000038, 2000000054, 2000000027, 2000000022,
]

export interface StartMethod {
  /** As the worker serves it. */
  readonly name: string
  readonly title: string
  readonly options: Readonly<Record<string, unknown>>
}

export const startMethods: readonly StartMethod[] = [
  { name: 'grad-cam', title: 'Grad-CAM', options: {} },
  { name: 'integrated-gradients', title: 'Integrated gradients', options: { baseline: 'mean' } },
  { name: 'occlusion', title: 'Occlusion', options: {} },
]
