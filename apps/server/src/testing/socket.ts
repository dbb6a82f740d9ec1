import type { JsonObject, RequestHost, SocketHandler, SocketIo } from "@plinth/core";

/** The client's end of a socket whose host is this file. */
export interface TestSocket {
  send(frame: string | ArrayBuffer | object): void;
  /** The next frame, or the close; waits for it. */
  next(): Promise<JsonObject>;
  /** Frames that nobody has asked for yet. */
  readonly waiting: readonly JsonObject[];
  /** What the server believes that its reader has yet to take. */
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
