/** The site without a network, after the first visit. */
import { fileURLToPath } from 'node:url'
import type { AstroIntegration } from 'astro'
import { build } from 'vite'
import { precached } from './precached.ts'

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** Registers the service worker in every page, and writes it when they are built: after everything that changes a page. */
export function offline(): AstroIntegration {
  let base = '/'
  return {
    name: 'offline',
    hooks: {
      'astro:config:setup': ({ config, injectScript }) => {
        base = config.base.replace(/\/?$/, '/')
        injectScript('page', `import ${JSON.stringify(here('./register.ts'))}`)
      },
      'astro:build:done': async ({ dir, logger }) => {
        const entries = precached(fileURLToPath(dir), base)
        await build({
          configFile: false,
          logLevel: 'warn',
          define: {
            __PRECACHED__: JSON.stringify(entries),
            __ASSETS__: JSON.stringify(`${base}_astro/`),
            'process.env.NODE_ENV': '"production"',
          },
          build: {
            outDir: fileURLToPath(dir),
            emptyOutDir: false,
            copyPublicDir: false,
            rolldownOptions: {
              input: here('./service-worker.ts'),
              output: { format: 'iife', entryFileNames: 'service-worker.js' },
            },
          },
        })
        logger.info(`${entries.length} files are kept from the first visit on`)
      },
    },
  }
}
