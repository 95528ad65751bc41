import { playwright } from '@vitest/browser-playwright'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { chromiumFlags, chromiumPath } from './scripts/chromium.ts'
import { hasReference, referenceFile } from './scripts/reference-file.ts'
import { runInNode } from './scripts/run-in-node.ts'
import { softwareGPU } from './scripts/software-gpu.ts'

// Tests run from source: no build stands between an edit and its test.
const resolve = { conditions: ['source', 'module', 'import', 'default'] }

const browserTests = 'packages/**/*.browser.test.ts'
// Tests of what needs a cross-origin isolated page: threads.
const isolatedTests = 'packages/**/*.isolated.browser.test.ts'
const notOurs = ['**/node_modules/**', '**/dist/**']
const patience = { testTimeout: 60_000, hookTimeout: 60_000 }

const node: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: 'node',
    include: ['packages/**/*.test.ts', 'scripts/**/*.test.ts', 'benchmarks/**/*.test.ts'],
    exclude: [...notOurs, browserTests],
    environment: 'node',
    env: softwareGPU,
    ...patience,
  },
}

// What needs the build, packed packages or the site: they run after the static gates, one file at a time.
const built: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: 'built',
    include: ['apps/*/test/**/*.test.ts', 'examples/test/**/*.test.ts'],
    exclude: notOurs,
    environment: 'node',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
}

const isolating = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }

const browser = (executablePath: string, isolated: boolean): TestProjectInlineConfiguration => ({
  extends: true,
  server: isolated ? { headers: isolating } : {},
  // Found in the middle of a run, a new dependency would reload the page under the tests.
  optimizeDeps: {
    include: [
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-core/dist/register_all_gradients',
      '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops',
      '@tensorflow/tfjs-layers',
      '@tensorflow/tfjs-converter',
      '@tensorflow/tfjs-backend-cpu',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-webgl',
      '@tensorflow/tfjs-backend-webgpu',
    ],
  },
  test: {
    name: isolated ? 'browser-isolated' : 'browser',
    include: [isolated ? isolatedTests : browserTests],
    exclude: isolated ? notOurs : [...notOurs, isolatedTests],
    ...patience,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: { executablePath, args: [...chromiumFlags] } }),
      instances: [{ browser: 'chromium' }],
      commands: { referenceFile, runInNode },
    },
    provide: { hasReference },
  },
})

export default defineConfig({
  resolve,
  ssr: { resolve },
  test: {
    projects: chromiumPath ? [node, built, browser(chromiumPath, false), browser(chromiumPath, true)] : [node, built],
  },
})
