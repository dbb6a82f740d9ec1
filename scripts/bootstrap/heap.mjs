/**
 * How large Bun takes the machine to be. Its collector lets a heap double until it holds a quarter of that, and grow by
 * half or less beyond. On a machine with much memory, a server would keep hundreds of megabytes of garbage.
 */
export const HEAP = { BUN_JSC_forceRAMSize: String(512 * 1024 * 1024) };
