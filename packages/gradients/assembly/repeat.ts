// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts

/** Writes each of `blocks` blocks of `bytes` bytes `times` times in a row. */
export function repeat(source: usize, target: usize, blocks: usize, bytes: usize, times: usize): void {
  const whole = bytes * times
  for (let block: usize = 0; block < blocks; block++) {
    if (bytes === 4) {
      const value = load<u32>(source)
      for (let at: usize = 0; at < whole; at += 4) store<u32>(target + at, value)
    } else {
      memory.copy(target, source, bytes)
      // What is there is doubled until the block is full, so that small blocks do not cost a call each.
      for (let done = bytes; done < whole; done <<= 1) memory.copy(target + done, target, min(done, whole - done))
    }
    source += bytes
    target += whole
  }
}
