import { ExplainError } from '@explainnet/core/plain'

export const badImage = (
  name: string,
  what: string,
  cure = 'Give a whole JPEG, PNG, WebP, AVIF or GIF file.',
  cause?: unknown,
) => new ExplainError('bad-image', `${name} ${what}.`, cure, { cause })

/** A canvas that holds pixels of another host cannot be read. */
export const tainted = (name: string, cause?: unknown) =>
  badImage(
    name,
    'is from another host, which does not let the page read its pixels',
    'Load it with the attribute crossorigin="anonymous" from a server that allows it (the header Access-Control-Allow-Origin, CORS), or from your own host.',
    cause,
  )
