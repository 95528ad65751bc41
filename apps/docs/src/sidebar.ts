import type { StarlightUserConfig } from '@astrojs/starlight/types'

/** What the site holds, in the order in which a newcomer would want it. A folder's pages are ordered by `sidebar.order`. */
export const sidebar: NonNullable<StarlightUserConfig['sidebar']> = [
  { label: 'Start', items: [{ autogenerate: { directory: 'start' } }] },
  { label: 'Guides', items: [{ autogenerate: { directory: 'guides' } }] },
  { label: 'Concepts', items: [{ autogenerate: { directory: 'concepts' } }] },
  { label: 'Pollen', items: [{ autogenerate: { directory: 'pollen' } }] },
  { label: 'Studies', items: [{ autogenerate: { directory: 'studies' } }] },
  { label: 'Demo', link: '/demo/' },
  { label: 'Packages', collapsed: true, items: [{ autogenerate: { directory: 'packages' } }] },
  { label: 'Backends', link: '/backends/' },
  { label: 'Coming from…', items: [{ autogenerate: { directory: 'coming-from' } }] },
  { label: 'Benchmarks', link: '/benchmarks/' },
  { label: 'Plugins', items: [{ autogenerate: { directory: 'plugins' } }] },
  { label: 'API reference', collapsed: true, items: [{ autogenerate: { directory: 'api' } }] },
  { label: 'FAQ', link: '/faq/' },
]
