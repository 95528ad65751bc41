/** What the gallery's pictures are, as the pages read it from `.generated/gallery.json`. */
export interface Gallery {
  /** Of everything that the pictures were made of. */
  readonly key: string
  /** Photographs where the site is built with `EXPLAINNET_DATA`, else rendered pollen. */
  readonly kind: 'photographs' | 'rendered'
  readonly model: { readonly name: string; readonly sha256: string }
  /** Side of a picture in pixels, as the network sees it. */
  readonly side: number
  readonly techniques: readonly ShownTechnique[]
  /** One a class, in the order of the model's labels. */
  readonly rows: readonly GalleryRow[]
  /** SmoothGrad's maps of the first row's grain. */
  readonly smoothing: {
    readonly label: string
    readonly levels: readonly number[]
    readonly counts: readonly number[]
    /** Files, `[level][count]`. */
    readonly maps: readonly (readonly string[])[]
  }
  /** Along the straight path of integrated gradients to the first row's grain. */
  readonly path: {
    readonly label: string
    readonly target: string
    readonly steps: number
    /** |Σ A − (f(x) − f(b))| ÷ |f(x) − f(b)| */
    readonly completeness: number
    readonly points: readonly { readonly alpha: number; readonly score: number; readonly file: string }[]
  }
  readonly global: {
    readonly images: number
    readonly perClass: readonly { readonly label: string; readonly file: string }[]
    readonly overall: string
  }
  /** A rendered grain of each class of pollenSim, and where its trait shows. */
  readonly traits: readonly {
    readonly className: string
    readonly picture: string
    readonly mask?: string | undefined
  }[]
  /** The start page's grain: always rendered, explained by the committed network for rendered pollen. */
  readonly start: {
    readonly index: number
    readonly className: string
    readonly picture: string
    readonly maps: Readonly<Record<string, string>>
  }
}

export interface ShownTechnique {
  readonly name: string
  readonly title: string
  readonly package: string
  readonly text: string
  /** Where they are not the technique's defaults: `250 masks`. */
  readonly settings?: string | undefined
  readonly signed: boolean
  /** Of one grain: the median over the rows. */
  readonly passes: number
}

export interface GalleryRow {
  readonly label: string
  readonly predicted: string
  readonly probability: number
  /** Files. A map is transparent where it is zero: over the picture it is an overlay, over the colour of zero a heat map. */
  readonly picture: string
  readonly maps: Readonly<Record<string, string>>
}
