import type { JsonObject, RequestHost, SocketHandler, SocketIo } from "@plinth/core";

/** The client's end of a socket that this file hosts. */
export interface TestSocket {
  send(frame: string | ArrayBuffer | object): void;
  /** The next frame, or the close; waits for it. */
  next(): Promise<JsonObject>;
  /** Frames that have not been read yet. */
  readonly waiting: readonly JsonObject[];
  /** The bytes that the server counts as unsent. */
  buffered: number;
  handler: SocketHandler;
  readonly io: SocketIo;
}

export function testSocket(): { upgrade: NonNullable<RequestHost["upgrade"]>; socket: TestSocket } {
  const frames: JsonObject[] = [];
  let wake: (() => void) | undefined;
  const push = (frame: JsonObject): void => {
    frames.push(frame);
    wake?.();
  };
  const socket: TestSocket = {
    send(frame) {
      const raw = typeof frame === "string" || frame instanceof ArrayBuffer;
      socket.handler.receive(raw ? frame : JSON.stringify(frame));
    },
    async next() {
      while (frames.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return frames.shift()!;
    },
    waiting: frames,
    buffered: 0,
    handler: undefined as never,
    io: {
      send: (text) => push(JSON.parse(text)),
      bufferedAmount: () => socket.buffered,
      close: (code, reason) => push({ closed: code, reason }),
    },
  };
  return {
    socket,
    upgrade(open) {
      socket.handler = open(socket.io);
      return new Response(null);
    },
  };
}
