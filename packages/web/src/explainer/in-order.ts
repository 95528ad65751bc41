/** Makes things ready at once, and hands them on in the order of the calls, whichever is ready first. */
export function inOrder(): <T>(ready: Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (ready) => {
    const turn = last.then(() => ready)
    last = turn.catch(() => undefined)
    return turn
  }
}
