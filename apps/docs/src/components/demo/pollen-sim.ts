export interface RenderRequest {
  readonly id: number
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
export function pollenSimRenderer(): (request: Omit<RenderRequest, 'id'>) => Promise<Rendered> {
  const worker = new Worker(new URL('./pollen-sim.worker.ts', import.meta.url), { type: 'module' })
  const waiting = new Map<number, (rendered: Rendered) => void>()
  worker.addEventListener('message', ({ data }: MessageEvent<Rendered & { id: number }>) => {
    waiting.get(data.id)?.(data)
    waiting.delete(data.id)
  })
  let last = 0
  return (request) =>
    new Promise((resolve) => {
      const id = ++last
      waiting.set(id, resolve)
      worker.postMessage({ id, ...request } satisfies RenderRequest)
    })
}
