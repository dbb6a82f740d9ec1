/** Streams read as bytes: a full HTTP client for each would cost more than the server does. */

/** How one stream is asked for. */
export interface StreamKind {
  /** What is sent first. */
  request(): string | Promise<string>;
  /** Is in the first bytes that come. */
  accepted: string;
  /** What tells of an event. */
  event: string;
  /** Whether the stream is open, by what has come so far; it may send or ask for more. */
  opened(text: string, send: (bytes: Uint8Array) => void): boolean | Promise<boolean>;
}

/** A server with a collection `ticks`, whose items the streams tell of. */
export interface StreamServer {
  name: string;
  port: number;
  pid: number;
  streams: readonly StreamKind[];
  /** Creates an item. */
  write(text: string): Promise<void>;
  stop(): Promise<void>;
}

export class Counters {
  events = 0;
  open = 0;
  /** Milliseconds from a write, whose text says when, to its event. */
  latencies: number[] = [];
  /** Why the first stream that failed was not opened. */
  failure: string | undefined;

  reset(): void {
    this.events = 0;
    this.latencies = [];
  }
}

/** `sample`: whether its latencies are looked at; of all, that would cost more than sending them. */
export async function readStream(port: number, kind: StreamKind, counters: Counters, sample: boolean): Promise<void> {
  const { accepted, event } = kind;
  const request = await kind.request();
  /** What has come until the stream was open. */
  let before: string | undefined = "";
  let asking = false;
  let rest = Buffer.alloc(0);
  await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      open: (socket) => void socket.write(request),
      async data(socket, bytes) {
        if (before !== undefined) {
          before += bytes.toString();
          if (!before.includes(accepted)) counters.failure ??= before.slice(0, 1000);
          if (asking) return;
          asking = true;
          const opened = await kind.opened(before, (more) => void socket.write(more));
          asking = false;
          if (!opened) return;
          before = undefined;
          counters.open++;
          return;
        }
        const now = Date.now();
        // What tells of an event may come in two parts.
        if (Buffer.concat([rest, bytes.subarray(0, event.length - 1)]).includes(event)) counters.events++;
        rest = Buffer.from(bytes.subarray(1 - event.length));
        let from = bytes.indexOf(event);
        while (from >= 0) {
          counters.events++;
          from = bytes.indexOf(event, from + event.length);
        }
        if (!sample) return;
        for (const [, at] of bytes.toString().matchAll(/"text":"t(\d+)"/g)) counters.latencies.push(now - Number(at));
      },
      close() {
        counters.open--;
      },
    },
  });
}
