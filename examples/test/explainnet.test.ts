import { access, copyFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../../scripts/chromium.ts'
import { root } from '../../scripts/workspace.ts'
import { type Installation, mustRun, packPackages, type Tarballs, temporaryFolder } from './installation.ts'
import { launchChromium, openPage, serveFolder } from './pages.ts'

/** The command line, the page and the scaffold as a user has them: in a project that has installed the two and nothing else. */
let tarballs: Tarballs
let project: Installation
beforeAll(async () => {
  tarballs = await packPackages()
  const folder = await temporaryFolder()
  const dependencies = { '@explainnet/create-method': '^0.1.0', explainnet: '^0.1.0' }
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }))
  project = await tarballs.install(folder)
})
afterAll(async () => {
  await project?.remove()
  await tarballs?.remove()
})

const model = 'node_modules/explainnet/models/pollen-sim'

describe('npx explainnet', () => {
  it('prints its help', async () => {
    expect(await project.print('npx explainnet --help')).toMatch(/Usage: explainnet(.|\n)*doctor/)
  })

  it('explains a rendered grain by a network that came along', async () => {
    await project.run('npx explainnet datasets pollen-sim grains --count 1')
    const { code, stdout, stderr } = await project.run(
      `npx explainnet explain grains --model ${model} --method saliency,grad-cam --backend wasm --workers 1 --json`,
    )
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('grad-cam')
    await access(join(project.folder, 'report', 'index.html'))
  })

  it('checks the machine', async () => {
    const { code, stdout } = await project.run('npx explainnet doctor --backend wasm')
    expect(stdout).toMatch(/wasm/)
    expect(code).toBe(0)
  })
})

describe('the example page', () => {
  it.skipIf(!chromiumPath)(
    'explains a grain by one script tag, from the packed files alone (needs Chromium)',
    async () => {
      const { folder } = project
      const [grain] = (await readdir(join(folder, 'grains'), { recursive: true })).filter((file) =>
        file.endsWith('.png'),
      )
      await copyFile(join(folder, 'grains', grain!), join(folder, 'grain.png'))
      await copyFile(join(root, 'examples', 'page', 'index.html'), join(folder, 'index.html'))
      const { url, close } = await serveFolder(folder)
      const browser = await launchChromium()
      try {
        const { page, complaints } = await openPage(browser, url)
        const largest = await page.evaluate(async () => {
          await customElements.whenDefined('explain-net')
          const element = document.querySelector('explain-net') as unknown as {
            run(): Promise<{ readonly values: Float32Array }>
          }
          return Math.max(...(await element.run()).values)
        })
        expect(complaints).toEqual([])
        expect(largest).toBeGreaterThan(0)
      } finally {
        await browser.close()
        close()
      }
    },
  )
})

describe('npm create @explainnet/method', () => {
  let created: Installation
  beforeAll(async () => {
    // npm takes the package that is installed here, which is the one that was packed.
    await project.print('npm create @explainnet/method explainnet-window-drop -- --kind gradients')
    created = await tarballs.install(join(project.folder, 'explainnet-window-drop'))
  })

  it('makes a package that passes the conformance suite', async () => {
    expect(await created.print('npm test --silent')).toMatch(/Tests {2}\d+ passed/)
  })

  it('makes a package that is built and packed, whose method the command line takes by path and by name', async () => {
    await created.print('npm pack --silent')
    await mustRun(
      project.folder,
      'npm install --prefer-offline --no-audit --no-fund ./explainnet-window-drop/explainnet-window-drop-0.1.0.tgz',
    )
    for (const method of ['./explainnet-window-drop/dist/index.js', 'explainnet-window-drop']) {
      const { code, stdout, stderr } = await project.run(
        `npx explainnet explain grains --model ${model} --method ${method} --backend wasm --workers 1 --json`,
      )
      expect(code, stderr).toBe(0)
      expect(stdout).toContain('window-drop')
    }
  })
})
