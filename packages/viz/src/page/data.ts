import type { AttributionMap, Certificate, RawImage } from '@explainnet/core'
import type { Reduction } from '../values/grid.ts'

/** What a report shows: plain data. Every string is text, never markup. */
export interface ReportData {
  readonly title: string
  /** One or two sentences under the title. */
  readonly lead?: string | undefined
  /** Names and values at the top: model, backend, seed. */
  readonly facts?: readonly (readonly [name: string, value: string])[] | undefined
  readonly items?: readonly ReportItem[] | undefined
  readonly figures?: readonly ReportFigure[] | undefined
  readonly tables?: readonly ReportTable[] | undefined
  readonly notes?: readonly string[] | undefined
}

/** One explained example. */
export interface ReportItem {
  readonly title: string
  /** As the model's input shows it, so that maps fit. Absent for signals. */
  readonly image?: RawImage | undefined
  /** The class or function that is explained. */
  readonly target: string
  /** Its probability, 0 … 1. */
  readonly probability?: number | undefined
  readonly note?: string | undefined
  readonly maps: readonly ReportMap[]
  /** Non-zero inside what is known to matter; one byte a pixel of `image`. */
  readonly outline?: Uint8Array | undefined
}

export interface ReportMap {
  readonly method: string
  readonly map: AttributionMap
  /** The map's and the certificate's example. Default 0. */
  readonly example?: number | undefined
  /** How channels are joined. Default `sum`. */
  readonly reduction?: Reduction | undefined
  /** What the values are, for the colour bar. */
  readonly unit?: string | undefined
  readonly note?: string | undefined
  readonly certificate?: Certificate | undefined
  readonly trait?: TraitShare | undefined
}

/** The share of relevance on a planted trait, 0 … 1, and what trivial maps reach on the same image. */
export interface TraitShare {
  readonly share: number
  readonly interval?: readonly [low: number, high: number] | undefined
  /** Beside it: uniform, grain, centre, edges, or a coarse method's best possible. One of each name is drawn an item. */
  readonly controls?: readonly {
    readonly name: string
    readonly share: number
    readonly interval?: readonly [low: number, high: number] | undefined
  }[]
}

export interface ReportFigure {
  readonly title: string
  readonly caption?: string | undefined
  /** As `figureSvg` gives it; shown as a picture, so nothing in it runs. */
  readonly svg: string
}

export interface ReportTable {
  readonly caption: string
  readonly columns: readonly string[]
  /** Numbers are set to the right. */
  readonly rows: readonly (readonly (string | number)[])[]
}
