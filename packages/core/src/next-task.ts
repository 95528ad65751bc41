/** Those who wait, and what wakes the first of them. */
const waiting: (() => void)[] = []
let wake: (() => void) | undefined

/**
 * Lets the event loop go round once: timers, messages, input and painting come in. By a message rather than a timer, which
 * browsers put off by 4 ms when it comes again and again, and by a second in a tab in the background.
 */
export function nextTask(): Promise<void> {
  wake ??= makeWake(() => waiting.shift()?.())
  const woken = new Promise<void>((resolve) => waiting.push(resolve))
  wake()
  return woken
}

function makeWake(act: () => void): () => void {
  // Node has message channels too, but an open one keeps a script from ending.
  if (typeof setImmediate === 'function') return () => void setImmediate(act)
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = act
  return () => port2.postMessage(undefined)
}
