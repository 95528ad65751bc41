/** Starts something that tells values: `tell` a value, and how to ask for the next. It may end with one more. */
type Start<T> = (tell: (value: T, more: () => void) => void) => Promise<T | undefined>

/** What is told, each asked for when the last was taken; of those that come unasked, the latest. Throws what it ends with. */
export async function* latestOf<T>(start: Start<T>): AsyncGenerator<T, void, undefined> {
  let latest: T | undefined
  let more: (() => void) | undefined
  let failure: { readonly error: unknown } | undefined
  let over = false
  let wake = () => {}
  const end = start((value, askForMore) => {
    latest = value
    more = askForMore
    wake()
  })
  end
    .then(
      (last) => {
        latest = last ?? latest
      },
      (error) => {
        failure = { error }
      },
    )
    .finally(() => {
      over = true
      wake()
    })
  for (;;) {
    if (failure) throw failure.error
    if (latest !== undefined) {
      const value = latest
      latest = undefined
      yield value
      if (!over) more?.()
    } else if (over) return
    else {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
}
