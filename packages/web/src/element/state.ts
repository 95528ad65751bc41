import type { Attribution, ExplainError, RawImage } from '@explainnet/core/plain'
import type { ColourName } from '@explainnet/viz'
import type { Explainer, Prediction, RemoteModel, RemoteTarget } from '../api.ts'
import type { ImageSource } from '../image/read-image.ts'
import type { ModelSource } from '../model/load-model.ts'
import type { Picture } from './picture/read-picture.ts'

/** What to explain, and how. A change makes a new map. */
export interface Settings {
  readonly explainer: Explainer | undefined
  readonly model: ModelSource | RemoteModel | undefined
  /** A string is a URL. */
  readonly image: string | ImageSource | RawImage | undefined
  /** Empty: Grad-CAM where it is served, else the first method. */
  readonly method: string
  readonly target: RemoteTarget
  readonly layer: string | undefined
  /** A string is JSON. */
  readonly options: Readonly<Record<string, unknown>> | string
  readonly seed: number
}

export type View = 'original' | 'map' | 'both'
export type Sign = 'both' | 'positive' | 'negative'

/** Shares of the picture's width and height, 0 … 1. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** Non-zero inside; stretched over the picture. */
export interface Outline {
  readonly width: number
  readonly height: number
  readonly data: ArrayLike<number>
}

/** How the map is shown. A change only paints. */
export interface Look {
  readonly view: View
  readonly opacity: number
  /** Undefined: diverging for maps with negative values, else inferno. */
  readonly colours: ColourName | undefined
  readonly sign: Sign
  readonly outline: Outline | undefined
  readonly probe: Point | undefined
}

type Activity =
  | 'waiting'
  | 'connecting'
  | 'loading'
  | 'reading'
  | 'predicting'
  | 'explaining'
  | 'done'
  | 'cancelled'
  | 'failed'

/** What there is by now. */
export interface Progress {
  readonly activity: Activity
  /** 0 … 1, of the activity, where it is known. */
  readonly share: number | undefined
  readonly error: ExplainError | undefined
  readonly explainer: Explainer | undefined
  readonly model: RemoteModel | undefined
  readonly picture: Picture | undefined
  readonly predictions: readonly Prediction[]
  /** The name of the method that made `attribution` or is at it. */
  readonly method: string
  readonly attribution: Attribution | undefined
}

export interface State {
  readonly settings: Settings
  readonly look: Look
  readonly progress: Progress
}

export const isBusy = ({ activity }: Progress): boolean =>
  !['waiting', 'done', 'cancelled', 'failed'].includes(activity)
