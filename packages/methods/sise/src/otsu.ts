const bins = 256

/**
 * Otsu's threshold of values from 0 to 1, on 256 bins: values from it on differ most, in variance between the two classes, from
 * those below. 0 where all values fall into one bin.
 *
 * Otsu 1979, "A Threshold Selection Method from Gray-Level Histograms"
 */
export function otsuThreshold(values: ArrayLike<number>): number {
  const counts = new Float64Array(bins)
  for (let i = 0; i < values.length; i++) counts[Math.min(bins - 1, Math.floor(values[i]! * bins))]!++
  const total = counts.reduce((sum, count, bin) => sum + count * bin, 0)
  let [below, belowTotal, best, threshold] = [0, 0, 0, 0]
  for (let bin = 1; bin < bins; bin++) {
    below += counts[bin - 1]!
    belowTotal += counts[bin - 1]! * (bin - 1)
    const above = values.length - below
    if (below === 0 || above === 0) continue
    const between = below * above * (belowTotal / below - (total - belowTotal) / above) ** 2
    if (between > best) [best, threshold] = [between, bin / bins]
  }
  return threshold
}
