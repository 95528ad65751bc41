import { concatenated, ExplainError } from '@explainnet/core/plain'

export interface FetchOptions {
  readonly signal?: AbortSignal | undefined
  /** Called for every part that comes, with its bytes and what the server says that there are in all, where it does. */
  readonly onBytes?: ((more: number, all: number | undefined) => void) | undefined
}

/** A file that a server answered with. */
export interface FetchedFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** As the server says: `image/png`. */
  readonly type: string
}

/**
 * What a URL gives. Throws `bad-file`, which names the URL, where the server refuses, cannot be reached or does not let the page read
 * its answer, and `aborted`.
 */
export async function fetchFile(url: string, options: FetchOptions = {}): Promise<FetchedFile> {
  const { signal, onBytes } = options
  refuseAborted(signal)
  try {
    const response = await fetch(url, signal ? { signal } : {})
    if (!response.ok) {
      await response.body?.cancel()
      const words = response.statusText ? ` (${response.statusText})` : ''
      throw new ExplainError('bad-file', `${url}: the server answers ${response.status}${words}.`, 'Check the address.')
    }
    // Compressed on the way, its length is not that of the file.
    const length = response.headers.get('content-encoding') ? null : response.headers.get('content-length')
    const parts: Uint8Array<ArrayBuffer>[] = []
    if (response.body) {
      for await (const part of streamed(response.body)) {
        parts.push(part)
        onBytes?.(part.length, length === null ? undefined : Number(length))
      }
    }
    const type = (response.headers.get('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase()
    return { bytes: concatenated(parts), type }
  } catch (cause) {
    if (cause instanceof ExplainError) throw cause
    refuseAborted(signal)
    throw new ExplainError('bad-file', `${url} could not be fetched.`, whyNot(url), { cause })
  }
}

/** Throws `aborted`. */
export function refuseAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return
  throw new ExplainError('aborted', 'The loading was aborted.', 'Start it again.', { cause: signal.reason })
}

/** Whether a file is a web page, as which many servers answer what they do not find. */
export const isPage = ({ bytes, type }: FetchedFile): boolean =>
  type === 'text/html' || /^\s*<(!doctype html|html)/i.test(new TextDecoder().decode(bytes.subarray(0, 100)))

/** Safari's streams cannot be looped over. */
async function* streamed(body: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const reader = body.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
}

/** The browser tells a page neither that it has no network nor that another host's server did not give leave. */
function whyNot(url: string): string {
  if (navigator.onLine === false) return 'There is no network.'
  if (new URL(url, location.href).origin === location.origin) return 'Check that the server runs.'
  return 'Check the address, and that the server allows other pages to read it (the header Access-Control-Allow-Origin, CORS).'
}
