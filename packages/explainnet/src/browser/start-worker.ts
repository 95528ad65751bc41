/** A module worker, also from another origin, such as a CDN: browsers refuse its address, but not a module of the page's own that imports it. */
export function startWorker(address: URL): Worker {
  if (address.origin === location.origin) return new Worker(address, { type: 'module' })
  const source = `import ${JSON.stringify(address.href)}`
  const own = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  const worker = new Worker(own, { type: 'module' })
  worker.addEventListener('message', () => URL.revokeObjectURL(own), { once: true })
  worker.addEventListener('error', () => {
    console.error(
      `ExplainNet: the worker ${address.href} did not start. Allow 'worker-src blob:' and 'script-src ${address.origin}' in the ` +
        "page's Content-Security-Policy, or serve the files from the page's own host.",
    )
  })
  return worker
}
