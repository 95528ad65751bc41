import { satteri } from '@astrojs/markdown-satteri'
import starlight from '@astrojs/starlight'
import { defineConfig } from 'astro/config'
import { accessibility } from './src/accessibility/accessibility.ts'
import { emptyHeads } from './src/markdown/empty-heads.ts'
import { prefixLinks } from './src/markdown/prefix-links.ts'
import { contentSecurityPolicy } from './src/offline/content-security-policy.ts'
import { offline } from './src/offline/offline.ts'
import { sidebar } from './src/sidebar.ts'

const base = process.env.SITE_BASE ?? '/'

export default defineConfig({
  // Where it is not said, the address that GitHub gives the repository's pages: canonical links and the site map need one.
  site: process.env.SITE_URL ?? 'https://explainnet.github.io',
  base,
  trailingSlash: 'always',
  markdown: {
    processor: satteri({
      mdastPlugins: [prefixLinks(base)],
      hastPlugins: [emptyHeads],
      features: { smartPunctuation: false },
    }),
  },
  vite: {
    worker: { format: 'es' },
    resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
    ssr: { resolve: { conditions: ['source', 'module', 'node', 'development|production'] } },
  },
  integrations: [
    starlight({
      title: 'ExplainNet',
      description: 'Explain any TensorFlow.js model, in Node and in the browser.',
      logo: { src: './src/assets/logo.svg' },
      favicon: '/favicon.svg',
      social: [{ icon: 'github', label: 'GitHub', href: 'https://github.com/explainnet/explainnet' }],
      customCss: ['./src/styles/fonts.css', './src/styles/theme.css'],
      credits: false,
      expressiveCode: { defaultProps: { wrap: true, overridesByLang: { 'sh,bash': { frame: 'none' } } } },
      lastUpdated: false,
      tableOfContents: { minHeadingLevel: 2, maxHeadingLevel: 3 },
      sidebar,
    }),
    accessibility(),
    // Of what is built, in this order: the pages are as they stay when the service worker is told their hashes.
    contentSecurityPolicy(),
    offline(),
  ],
})
