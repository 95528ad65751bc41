import type { LayeredModel, NamedArrays, Space } from './api.ts'
import { stackRows, takeRows } from './arrays.ts'
import type { Session } from './session.ts'

/** What a chunk is of: the first row, and how many. */
type Prepare<T> = (start: number, count: number) => (model: LayeredModel) => Promise<T>

/**
 * Cuts rows into chunks and yields what each gives, in row order. As many are under way as the model runs at once, and one more
 * is made ready. Rows are spread evenly: no part of the model gets four while another has none. Leaving the loop, by an error
 * too, waits for what is under way.
 */
export async function* inChunks<T>(
  session: Session,
  kind: string,
  rows: number,
  backward: boolean,
  prepare: Prepare<T>,
): AsyncGenerator<{ start: number; count: number; result: T }, void, undefined> {
  const { concurrency } = session.model
  const atOnce = concurrency || 1
  const underWay: Promise<{ start: number; count: number; result: T }>[] = []
  let wave = { rows: 0, chunks: 0 }
  const begin = async (start: number, count: number) => {
    const pass = prepare(start, count)
    return { start, count, result: await session.run(kind, count, backward, pass) }
  }
  try {
    for (let next = 0; next < rows || underWay.length > 0; ) {
      while (next < rows && underWay.length < (concurrency ? atOnce + 1 : 1)) {
        if (wave.chunks === 0) {
          const most = Math.min(rows - next, atOnce * session.chunkSize(kind))
          wave = { rows: most, chunks: Math.min(most, atOnce) }
        }
        const count = Math.ceil(wave.rows / wave.chunks)
        wave = { rows: wave.rows - count, chunks: wave.chunks - 1 }
        const chunk = begin(next, count)
        // Its turn to be looked at may come late or, after an error before it, never.
        chunk.catch(() => undefined)
        underWay.push(chunk)
        next += count
      }
      const first = await underWay[0]!
      underWay.shift()
      yield first
    }
  } finally {
    await Promise.allSettled(underWay)
  }
}

/** The outputs for all rows of `inputs`, in one piece. One forward pass a row. */
export async function predictInChunks(session: Session, inputs: NamedArrays, space: Space): Promise<NamedArrays> {
  const rows = Object.values(inputs)[0]!.shape[0]!
  const parts: NamedArrays[] = []
  const prepare = (start: number, count: number) => {
    const batch = takeRows(
      inputs,
      Array.from({ length: count }, (_, i) => start + i),
    )
    return (model: LayeredModel) => model.predict(batch, { space, signal: session.signal })
  }
  for await (const { result } of inChunks(session, predicting(space), rows, false, prepare)) parts.push(result)
  return stackRows(parts)
}

/** The kind of a forward pass, for `Session.run`. */
export const predicting = (space: Space) => `predict ${space}`
