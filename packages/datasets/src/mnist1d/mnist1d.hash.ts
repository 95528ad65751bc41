import { mnist1d, writeMnist1d } from './data.ts'

/** SHA-256 of the default set as a file. */
export const committedHash = 'd32db7bc053014556578d68827d7e8f4186374daa891804f637f3f7ee6c22e13'

export async function generatedHash(): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', writeMnist1d(mnist1d()) as Uint8Array<ArrayBuffer>)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
