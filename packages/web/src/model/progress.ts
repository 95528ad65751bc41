/** Turns the bytes that come into a share that only grows. */
export function progress(onProgress: ((share: number) => void) | undefined) {
  let came = 0
  let expected: number | undefined
  let said = 0
  const say = (share: number) => {
    if (share <= said) return
    said = share
    onProgress?.(share)
  }
  return {
    expect(bytes: number) {
      expected = bytes
    },
    came(more: number, all?: number) {
      came += more
      expected ??= all
      if (expected) say(Math.min(came / expected, 1))
    },
    done: () => say(1),
  }
}
