import type { AttributionMethod, Model, NamedArrays } from '@explainnet/core'

/** The kinds of networks that the suite brings along. */
export type SubjectName = 'image' | 'series' | 'vector' | 'several inputs'

export interface ModelAndInputs {
  readonly model: Model
  readonly inputs: NamedArrays
}

/** What the suite cannot know of a method by itself. All of it is optional. */
export interface Fixtures {
  /**
   * Makes the method with other options; a wrapper's factory with its inner method filled in. Without it options are
   * not checked. (`never` is what every factory's own type of options accepts; the suite passes wrong ones on purpose.)
   */
  readonly factory?: ((options: never) => AttributionMethod) | undefined
  /** Imports the module of the method's spec. Default `import()`. */
  readonly load?: ((module: string) => Promise<unknown>) | undefined
  /** Kinds of networks that the method cannot explain; it must then refuse them with an ExplainError. Default none. */
  readonly refuses?: readonly SubjectName[] | undefined
  /** Further models to hold the method to, with two examples or more. Each is made when it is first needed, on the backend that is set then. */
  readonly models?: Readonly<Record<string, () => ModelAndInputs | Promise<ModelAndInputs>>> | undefined
  /** How far an axiom may be off, as a share of the map's size. Default 1e-3; a quadrature may need more. */
  readonly tolerance?: number | undefined
}
