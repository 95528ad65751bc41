import starlight from '@astrojs/starlight'
import { defineConfig } from 'astro/config'

export default defineConfig({
  site: process.env.SITE_URL,
  base: process.env.SITE_BASE ?? '/',
  vite: { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source'] } } },
  integrations: [
    starlight({
      title: 'ExplainNet',
      description: 'Explain any TensorFlow.js model, in Node and in the browser.',
    }),
  ],
})
