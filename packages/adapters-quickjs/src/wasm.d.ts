/** A bundle for Workers has the compiled module; all others have its bytes. */
declare module "@jitl/quickjs-wasmfile-release-sync/wasm" {
  const content: WebAssembly.Module | Uint8Array<ArrayBuffer>;
  export default content;
}
