/** What the start page shows: its grains and the methods that explain them. Plain data, for the page, its workers and the build. */

/** Held-out pictures of pollenSim, seed 0; the first is on the page when it arrives. */
export const startPictures: readonly number[] = [44, 6, 20, 16, 38, 54, 27, 22]

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
