/** Opens something once for an instance; after a failure, the next caller tries again. */
export function openOnce<T, Args extends unknown[]>(
  open: (...args: Args) => Promise<T>,
): (...args: Args) => Promise<T> {
  let opened: Promise<T> | undefined;
  return (...args) => {
    opened ??= open(...args).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}
