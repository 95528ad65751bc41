// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts

/** a·b + c: in one instruction where the module is compiled for relaxed SIMD, which may round once instead of twice. */
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(f32x4.mul(a, b), c)
}
