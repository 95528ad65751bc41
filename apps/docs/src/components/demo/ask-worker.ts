/** Questions to a worker and its answers, matched by number. */

type Answered<Answer> = { readonly id: number } & ({ readonly answer: Answer } | { readonly error: string })

/** The page's side. The promise rejects with what the worker's function threw, or when the worker fails as a whole. */
export function asker<Question, Answer>(worker: Worker): (question: Question) => Promise<Answer> {
  const waiting = new Map<number, (answered: Answered<Answer>) => void>()
  worker.addEventListener('message', ({ data }: MessageEvent<Answered<Answer>>) => {
    waiting.get(data.id)?.(data)
    waiting.delete(data.id)
  })
  worker.addEventListener('error', ({ message }) => {
    for (const [id, end] of waiting) end({ id, error: message || 'A worker of this page could not be started.' })
    waiting.clear()
  })
  let last = 0
  return (question) =>
    new Promise((resolve, reject) => {
      const id = ++last
      waiting.set(id, (answered) => {
        if ('error' in answered) reject(new Error(answered.error))
        else resolve(answered.answer)
      })
      worker.postMessage({ id, question })
    })
}

/** The worker's side: every question is answered by `give`; what `transferred` names of the answer is moved, not copied. */
export function answerBy<Question, Answer>(
  give: (question: Question) => Answer,
  transferred: (answer: Answer) => Transferable[] = () => [],
): void {
  self.addEventListener('message', ({ data: { id, question } }: MessageEvent<{ id: number; question: Question }>) => {
    try {
      const answer = give(question)
      self.postMessage({ id, answer } satisfies Answered<Answer>, { transfer: transferred(answer) })
    } catch (error) {
      self.postMessage({ id, error: String(error) } satisfies Answered<Answer>)
    }
  })
}
