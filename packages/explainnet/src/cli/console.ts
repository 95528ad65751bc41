import { SingleBar } from 'cli-progress'

/** A line for people: on stderr, so that stdout holds data alone. */
export const say = (line = ''): void => {
  process.stderr.write(`${line}\n`)
}

/** The result for programs. */
export const sayJSON = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

export interface Progress {
  /** `share` 0 … 1 of the whole, and what is being done. */
  update(share: number, text: string): void
  stop(): void
}

/** A bar with the time left on a terminal; a line every tenth elsewhere. */
export function progressBar(): Progress {
  if (!process.stderr.isTTY) {
    let shown = -1
    return {
      update(share, text) {
        const tenth = Math.floor(share * 10)
        if (tenth <= shown) return
        shown = tenth
        say(`${String(Math.round(share * 100)).padStart(3)} %  ${text}`)
      },
      stop() {},
    }
  }
  const bar = new SingleBar({
    format: ' {bar} {percentage} %  {eta_formatted} left  {text}',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 30,
  })
  bar.start(1000, 0, { text: '' })
  return {
    update: (share, text) => bar.update(Math.round(share * 1000), { text: text.slice(0, 60) }),
    stop: () => bar.stop(),
  }
}

export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`

/** Columns aligned for a terminal; numbers are given as text. */
export function table(rows: readonly (readonly string[])[], alignRight: readonly number[] = []): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => (alignRight.includes(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
