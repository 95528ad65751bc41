import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright'
import { chromiumFlags, chromiumPath } from '../../../../scripts/chromium.ts'

export { chromiumFlags, chromiumPath }

export const launch = (more: readonly string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath!, args: [...chromiumFlags, ...more] })

/** A page that counts what it was refused, and what went wrong in it. */
export interface WatchedPage {
  readonly page: Page
  readonly context: BrowserContext
  /** Violations of the policy, errors that nobody caught, and requests to other hosts. */
  readonly complaints: string[]
}

export async function watchedPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext(options)
  const complaints: string[] = []
  await context.exposeFunction('complain', (text: string) => complaints.push(text))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, sample }) =>
      (globalThis as unknown as { complain(text: string): void }).complain(
        `${violatedDirective} refused ${blockedURI} in ${sourceFile} ${sample}`,
      ),
    )
  })
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    if (/^https?:$/.test(protocol) && hostname !== '127.0.0.1') complaints.push(`a request to ${hostname}`)
  })
  const page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(`an error: ${error.message}`))
  page.on('console', (message) => {
    // Of a worker, too, whose violations have no event in the page.
    if (/Content Security Policy/.test(message.text())) complaints.push(message.text())
  })
  return { page, context, complaints }
}
