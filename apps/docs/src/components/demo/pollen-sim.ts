import { asker } from './ask-worker.ts'

export interface RenderRequest {
  /** Its number in the test split. */
  readonly picture: number
  readonly size: number
  readonly mask: boolean
}

export interface Rendered {
  readonly image: ImageData
  readonly className: string
  /** [size · size], 1 where the planted trait shows; all 0 where the class has none. */
  readonly mask?: Uint8Array | undefined
}

/** Rendered pollen, a picture after the other, in a worker of its own. */
export const pollenSimRenderer = (): ((request: RenderRequest) => Promise<Rendered>) =>
  asker(new Worker(new URL('./pollen-sim.worker.ts', import.meta.url), { type: 'module' }))
