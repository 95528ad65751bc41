import type { EpochRecord } from '../train/state.ts'

/** The training curves back from the CSV that training writes beside a model. */
export function readHistory(csv: string): EpochRecord[] {
  const [header = '', ...lines] = csv.trim().split('\n')
  const columns = header.split(',')
  return lines.map((line) => {
    const values = line.split(',')
    return Object.fromEntries(columns.map((column, i) => [column, Number(values[i])])) as unknown as EpochRecord
  })
}
