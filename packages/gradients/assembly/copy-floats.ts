// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts

/** For counts so small that the call which memory.copy is would take longer. */
export function copyFloats(from: usize, to: usize, count: usize): void {
  const end = from + (count << 2)
  for (; from + 16 <= end; from += 16) {
    v128.store(to, v128.load(from))
    to += 16
  }
  for (; from < end; from += 4) {
    store<f32>(to, load<f32>(from))
    to += 4
  }
}
