/** Somebody whose time is taken. */
export interface Contestant {
  readonly name: string
  run(): Promise<Timing>
}

export interface Timing {
  readonly milliseconds: number
  readonly evaluations?: number
  readonly layer?: string
}

/** Median, all runs in milliseconds, or why there are none. */
export type Figure = Measured | Failed
export interface Measured {
  readonly milliseconds: number
  readonly runs: readonly number[]
  readonly evaluations?: number
  readonly layer?: string
}
interface Failed {
  readonly failure: string
}

export const isMeasured = (figure: Figure | undefined): figure is Measured => figure !== undefined && 'runs' in figure

/**
 * Runs each once to warm up, then all by turns, so that what the machine does besides strikes all alike. Who is slow has
 * fewer turns: as many as fit into `patience` seconds; who takes longer than that at the warm-up keeps that time. Where all are
 * `warm`, the first run counts.
 */
export async function takeTurns(
  contestants: readonly Contestant[],
  { runs, patience, warm = false }: { readonly runs: number; readonly patience: number; readonly warm?: boolean },
): Promise<Record<string, Figure>> {
  const figures: Record<string, Figure> = {}
  const racing: { contestant: Contestant; times: number[]; turns: number; first: Timing }[] = []
  for (const contestant of contestants) {
    try {
      const first = await contestant.run()
      const fitting = Math.min(runs, Math.floor((1000 * patience) / first.milliseconds))
      const firstCounts = warm || fitting < 1
      const times = firstCounts ? [first.milliseconds] : []
      racing.push({ contestant, first, turns: Math.max(0, fitting - times.length), times })
    } catch (error) {
      figures[contestant.name] = { failure: (error as Error).message }
    }
  }
  for (let turn = 0; turn < runs; turn++) {
    for (const { contestant, times, turns } of racing) {
      if (turn >= turns || figures[contestant.name]) continue
      try {
        times.push((await contestant.run()).milliseconds)
      } catch (error) {
        figures[contestant.name] = { failure: (error as Error).message }
      }
    }
  }
  for (const { contestant, times, first } of racing) {
    figures[contestant.name] ??= { ...first, milliseconds: median(times), runs: times }
  }
  return figures
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
