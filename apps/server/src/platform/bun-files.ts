/** Of requests in progress, those whose answers are still sent included. Each takes one or two descriptors, of which a process may have few. */
const MOST = 1000;

/**
 * Files as Bun sends them by itself, which ends no reader who reads one byte a minute. So beyond some requests in progress there are none:
 * this program then sends the files, and ends slow readers.
 */
export const bunFiles =
  (server: () => Pick<Bun.Server<unknown>, "pendingRequests"> | undefined, most = MOST) =>
  (path: string): Blob | undefined =>
    (server()?.pendingRequests ?? 0) < most ? Bun.file(path) : undefined;
