/** Three figures, with a real minus. */
export function numberText(value: number): string {
  const size = Math.abs(value)
  const text =
    size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(2) : String(Number(value.toPrecision(3)))
  return text.replaceAll('-', '−')
}

export const percentText = (share: number): string =>
  `${share > 0 && share < 0.001 ? '< 0.1' : share < 1 && share > 0.999 ? '> 99.9' : Number((share * 100).toPrecision(3))} %`
