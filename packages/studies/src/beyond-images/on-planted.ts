import { bootstrapMean, type Interval, type ProportionInterval, wilsonInterval } from '@explainnet/metrics'

/** How well relevance finds what was planted. */
export interface OnPlanted {
  /** Share of the positive relevance that lies on planted places. */
  readonly share: Interval
  /** Examples whose most relevant place is planted. */
  readonly first: ProportionInterval & { readonly count: number; readonly of: number }
}

/** `relevance[example][place]` against `planted[example][place]`; examples without positive relevance have a share of 0. */
export function onPlanted(
  relevance: readonly (readonly number[])[],
  planted: readonly (readonly boolean[])[],
): OnPlanted {
  const shares = relevance.map((row, example) => {
    let [on, all] = [0, 0]
    row.forEach((value, place) => {
      all += Math.max(0, value)
      if (planted[example]![place]) on += Math.max(0, value)
    })
    return all > 0 ? on / all : 0
  })
  const count = relevance.filter((row, example) => planted[example]![row.indexOf(Math.max(...row))]).length
  const first = { ...wilsonInterval(count, relevance.length), count, of: relevance.length }
  return { share: bootstrapMean(shares), first }
}
