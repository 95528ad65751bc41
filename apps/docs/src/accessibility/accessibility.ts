import { fileURLToPath } from 'node:url'
import type { AstroIntegration } from 'astro'

const script = fileURLToPath(new URL('./scrollable-tables.ts', import.meta.url))

/** What the theme leaves to be done for those who use no pointer. */
export function accessibility(): AstroIntegration {
  return {
    name: 'accessibility',
    hooks: {
      'astro:config:setup': ({ injectScript }) => injectScript('page', `import ${JSON.stringify(script)}`),
    },
  }
}
