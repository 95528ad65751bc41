/**
 * The files of @tensorflow/tfjs-backend-wasm, each as a URL that bundlers recognise: they copy the file and put the address of the
 * copy in its place. The build puts `./wasm/` for the folder here, and copies of the files there.
 */
export const wasmFiles: Readonly<Record<string, string>> = {
  'tfjs-backend-wasm.wasm': new URL(
    '../../node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm',
    import.meta.url,
  ).href,
  'tfjs-backend-wasm-simd.wasm': new URL(
    '../../node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
    import.meta.url,
  ).href,
}
