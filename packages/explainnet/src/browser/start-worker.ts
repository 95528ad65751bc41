import { ExplainError } from '@explainnet/core/plain'

const isForeign = (address: URL) => address.origin !== location.origin

/** A module worker, also from another origin, such as a CDN: browsers refuse its address, but not a module of the page's own that imports it. */
export function startWorker(address: URL): Worker {
  if (!isForeign(address)) return new Worker(address, { type: 'module' })
  const source = `import ${JSON.stringify(address.href)}`
  const own = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  const worker = new Worker(own, { type: 'module' })
  const forget = () => URL.revokeObjectURL(own)
  worker.addEventListener('message', forget, { once: true })
  worker.addEventListener('error', forget, { once: true })
  return worker
}

/** Why the worker did not start, with what a page must allow for one from another origin. */
export function failedStart(address: URL, cause: unknown): unknown {
  if (!isForeign(address) || !(cause instanceof ExplainError && cause.code === 'backend-missing')) return cause
  return new ExplainError(
    cause.code,
    cause.what,
    `Allow 'worker-src blob:' and 'script-src ${address.origin}' in the page's Content-Security-Policy, or serve the files from the page's own host.`,
    { cause },
  )
}
