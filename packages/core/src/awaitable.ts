/** A value that may be there already. On the hot path a promise is most of the cost. */
export type Awaitable<T> = T | Promise<T>;

/** Continues at once if there is nothing to wait for. */
export function whenDone<T, U>(value: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** The value of `work`, or of `handle` where it fails, whether it fails at once or later. */
export function recover<T>(work: () => Awaitable<T>, handle: (error: unknown) => Awaitable<T>): Awaitable<T> {
  let value: Awaitable<T>;
  try {
    value = work();
  } catch (error) {
    return handle(error);
  }
  return value instanceof Promise ? value.catch(handle) : value;
}

/** One after the other. It waits only for what is not there yet. */
export function inTurn<T>(items: readonly T[], work: (item: T) => Awaitable<void>, from = 0): Awaitable<void> {
  for (let i = from; i < items.length; i++) {
    const done = work(items[i]!);
    if (done instanceof Promise) return done.then(() => inTurn(items, work, i + 1));
  }
}
