/**
 * When Bun gives memory back, unless these variables are set.
 *
 * - It takes the machine to have 512 MB: its collector lets a heap double until it holds a quarter of that, and grow by
 *   half or less beyond. On a machine with much memory, a server would keep hundreds of megabytes of garbage.
 * - Freed memory goes back to the system after 20 ms instead of 100: large answers free a gigabyte a second.
 */
export const HEAP = {
  BUN_JSC_forceRAMSize: String(512 * 1024 * 1024),
  MIMALLOC_PURGE_DELAY: "20",
};
