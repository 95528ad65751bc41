/**
 * The start page and the demo are kept from the first visit on, with all that they load; other pages once they were seen. Pages come
 * from the network where there is one, so that a new deployment is seen at once; what they load has its hash in its name and is taken
 * from the cache. A new worker takes over when no page of the old one is open, and then drops what the old one had kept.
 */
import { clientsClaim } from 'workbox-core'
import { cleanupOutdatedCaches, matchPrecache, type PrecacheEntry, precacheAndRoute } from 'workbox-precaching'
import { registerRoute } from 'workbox-routing'
import { CacheFirst, NetworkFirst, StaleWhileRevalidate } from 'workbox-strategies'

declare const __PRECACHED__: readonly PrecacheEntry[]
declare const __ASSETS__: string

const pages = new NetworkFirst({ cacheName: 'pages', networkTimeoutSeconds: 4 })

registerRoute(
  ({ request, sameOrigin }) => sameOrigin && request.mode === 'navigate',
  async (options) => {
    const { origin, pathname } = options.url
    const kept = async () => (await matchPrecache(origin + pathname)) ?? Response.error()
    return await pages.handle(options).catch(kept)
  },
)
precacheAndRoute([...__PRECACHED__])
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith(__ASSETS__),
  new CacheFirst({ cacheName: 'assets' }),
)
registerRoute(({ sameOrigin }) => sameOrigin, new StaleWhileRevalidate({ cacheName: 'others' }))
cleanupOutdatedCaches()
clientsClaim()
