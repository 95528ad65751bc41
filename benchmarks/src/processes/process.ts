import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Answer } from './serve.ts'

interface Waiting {
  resolve(result: unknown): void
  reject(error: Error): void
}

/** A process that answers questions: see `serve.ts` and `torch.py`. */
export class Process {
  private readonly child: ChildProcess
  private readonly waiting = new Map<number, Waiting>()
  private asked = 0
  private complaints = ''
  private end: Error | undefined

  constructor(command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    })
    createInterface({ input: this.child.stdout! }).on('line', (line) => this.settle(JSON.parse(line) as Answer))
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.complaints = (this.complaints + text).slice(-2000)
    })
    this.child.stdin!.on('error', () => undefined)
    this.child.on('error', (error) => this.fail(error.message))
    this.child.on('close', (code, signal) => this.fail(`${signal ?? `code ${code}`}. ${gist(this.complaints)}`))
  }

  ask<T>(method: string, params: object = {}): Promise<T> {
    if (this.end) return Promise.reject(this.end)
    const id = this.asked++
    return new Promise<unknown>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.child.stdin!.write(`${JSON.stringify({ id, method, params })}\n`)
    }) as Promise<T>
  }

  /** It stopped, by itself or because it was closed. */
  get ended(): boolean {
    return this.end !== undefined
  }

  close(): void {
    this.waiting.clear()
    this.child.stdin!.end()
  }

  private settle(answer: Answer): void {
    const waiting = this.waiting.get(answer.id)
    this.waiting.delete(answer.id)
    if ('result' in answer) waiting?.resolve(answer.result)
    else waiting?.reject(new Error(answer.error))
  }

  private fail(why: string): void {
    this.end = new Error(`The process stopped: ${why}`)
    for (const { reject } of this.waiting.values()) reject(this.end)
    this.waiting.clear()
  }
}

/** The line that names the error, where there is one. */
const gist = (complaints: string) => {
  const lines = complaints.trim().split('\n')
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1)!
}

/** A process of this folder, run from its source. */
export const nodeProcess = (file: string, environment: Readonly<Record<string, string>> = {}) =>
  new Process(process.execPath, ['--conditions=source', new URL(file, import.meta.url).pathname], environment)
