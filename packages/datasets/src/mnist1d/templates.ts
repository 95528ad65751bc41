/** The ten digits as Greydanus and Kobak drew them (2020, arXiv:2011.14439): the horizontal place of a pen at twelve times. */
const drawn = [
  [5, 6, 6.5, 6.75, 7, 7, 7, 7, 6.75, 6.5, 6, 5],
  [5, 3, 3, 3.4, 3.8, 4.2, 4.6, 5, 5.4, 5.8, 5, 5],
  [5, 6, 6.5, 6.5, 6, 5.25, 4.75, 4, 3.5, 3.5, 4, 5],
  [5, 6, 6.5, 6.5, 6, 5, 5, 6, 6.5, 6.5, 6, 5],
  [5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5],
  [5, 3, 3, 3, 3, 5, 6, 6.5, 6.5, 6, 4.5, 5],
  [5, 4, 3.5, 3.25, 3, 3, 3, 3, 3.25, 3.5, 4, 5],
  [5, 7, 7, 6.6, 6.2, 5.8, 5.4, 5, 4.6, 4.2, 5, 5],
  [5, 4, 3.5, 3.5, 4, 5, 5, 4, 3.5, 3.5, 4, 5],
  [5, 4, 3.5, 3.5, 4, 5, 5, 5, 5, 4.7, 4.3, 5],
] as const

/** Classes of MNIST-1D, in the order of its labels. */
export const mnist1dClasses = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const

/**
 * The templates of the ten digits, twelve values each: standard deviation 1/6, beginning (and ending) at 0. The place in
 * the list is the label.
 */
export const mnist1dTemplates: readonly Float64Array[] = /* @__PURE__ */ drawn.map((digit) => {
  const mean = digit.reduce((sum: number, value) => sum + value, 0) / digit.length
  const variance = digit.reduce((sum: number, value) => sum + (value - mean) ** 2, 0) / digit.length
  const scale = 1 / (6 * Math.sqrt(variance))
  return Float64Array.from(digit, (value) => (value - digit[0]) * scale)
})
