/** A figure as it was published, 0 … 1; two where the study gives a range over its variants. */
export type PublishedFigure = number | readonly [low: number, high: number]

export interface PublishedRow {
  /** The name of our row that it stands beside. */
  readonly name: string
  readonly drop: PublishedFigure
  readonly increase: PublishedFigure
}

/** What the XAI-Methods-for-CNN study prints, with its own networks; it gives no intervals. */
export const published = {
  /** MNIST-1D test set, the top 0.30 of the map kept. */
  mnist1d: [
    { name: 'rise', drop: 0.108, increase: 0.452 },
    { name: 'sise', drop: [0.127, 0.2], increase: [0.375, 0.412] },
    { name: 'grad-cam-plus-plus', drop: 0.136, increase: 0.394 },
    { name: 'lime', drop: 0.517, increase: 0.214 },
    { name: 'shap', drop: 0.46, increase: 0.2 },
  ],
  /** HMT test set, the top 0.90 of the map kept. */
  hmt: [
    { name: 'sise', drop: 0.598, increase: 0.179 },
    { name: 'rise', drop: 0.545, increase: 0.169 },
    { name: 'grad-cam-plus-plus', drop: 0.623, increase: 0.246 },
    { name: 'lime', drop: 0.881, increase: 0.119 },
  ],
} as const satisfies Record<string, readonly PublishedRow[]>

/** A figure in a table; a dash where none was published. */
export const figureText = (figure: PublishedFigure | undefined): string =>
  figure === undefined
    ? '–'
    : [figure]
        .flat()
        .map((value) => value.toFixed(3))
        .join('–')
