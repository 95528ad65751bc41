import { forceCenter, forceCollide, forceLink, forceManyBody, forceSimulation } from 'd3-force'

/** Places of a graph's nodes, 0 … 1 each way; the same for the same graph. */
export function layOut(count: number, edges: readonly (readonly [number, number])[]): { x: number; y: number }[] {
  // d3 places them on a spiral to begin with, and draws no random numbers of its own.
  const free: { x?: number; y?: number }[] = Array.from({ length: count }, () => ({}))
  forceSimulation(free)
    .force('charge', forceManyBody().strength(-22).distanceMax(60))
    .force(
      'link',
      forceLink(edges.map(([source, target]) => ({ source, target })))
        .distance(22)
        .strength(1),
    )
    .force('apart', forceCollide(15))
    .force('centre', forceCenter(0, 0))
    .stop()
    .tick(300)
  const [xs, ys] = [free.map(({ x }) => x!), free.map(({ y }) => y!)]
  const scale = (values: readonly number[]) => {
    const [low, high] = [Math.min(...values), Math.max(...values)]
    return (value: number) => (high > low ? (value - low) / (high - low) : 0.5)
  }
  const [toX, toY] = [scale(xs), scale(ys)]
  return free.map(({ x, y }) => ({ x: toX(x!), y: toY(y!) }))
}
