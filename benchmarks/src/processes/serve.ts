import { createInterface } from 'node:readline'

/** A question to another process; its answer bears the same id. */
interface Question {
  readonly id: number
  readonly method: string
  // biome-ignore lint/suspicious/noExplicitAny: each method knows its own.
  readonly params: any
}
export type Answer = { readonly id: number } & ({ readonly result: unknown } | { readonly error: string })

// biome-ignore lint/suspicious/noExplicitAny: as above.
type Handler = (params: any) => Promise<unknown> | unknown

/** Answers questions, one JSON object a line, one after the other, until the input ends. */
export async function serve(handlers: Readonly<Record<string, Handler>>): Promise<void> {
  // Standard output belongs to the answers.
  console.log = console.error
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line) as Question
    let answer: Answer
    try {
      answer = { id, result: (await handlers[method]!(params)) ?? null }
    } catch (error) {
      answer = { id, error: error instanceof Error ? error.message.split('\n', 1)[0]! : String(error) }
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`)
  }
  process.exit()
}
