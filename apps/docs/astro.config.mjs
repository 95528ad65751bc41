import { satteri } from '@astrojs/markdown-satteri'
import starlight from '@astrojs/starlight'
import { defineConfig } from 'astro/config'
import { prefixLinks } from './src/markdown/prefix-links.ts'
import { sidebar } from './src/sidebar.ts'

const base = process.env.SITE_BASE ?? '/'

export default defineConfig({
  // Where it is not said, the address that GitHub gives the repository's pages: canonical links and the site map need one.
  site: process.env.SITE_URL ?? 'https://explainnet.github.io',
  base,
  trailingSlash: 'always',
  markdown: { processor: satteri({ mdastPlugins: [prefixLinks(base)], features: { smartPunctuation: false } }) },
  vite: {
    resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
    ssr: { resolve: { conditions: ['source'] } },
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
      lastUpdated: false,
      tableOfContents: { minHeadingLevel: 2, maxHeadingLevel: 3 },
      sidebar,
    }),
  ],
})
