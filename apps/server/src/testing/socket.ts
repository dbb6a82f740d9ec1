import type { JsonObject, RequestHost, SocketHandler, SocketIo } from "@plinth/core";

/** The client's end of a socket that this file hosts. */
export interface TestSocket {
  send(message: string | ArrayBuffer | object): void;
  /** The next message, or the close; waits for it. */
  next(): Promise<JsonObject>;
  /** Messages that have not been read yet. */
  readonly waiting: readonly JsonObject[];
  /** The bytes that the server counts as unsent. */
  buffered: number;
  handler: SocketHandler;
  readonly io: SocketIo;
}

export function testSocket(): { upgrade: NonNullable<RequestHost["upgrade"]>; socket: TestSocket } {
  const messages: JsonObject[] = [];
  let wake: (() => void) | undefined;
  const push = (message: JsonObject): void => {
    messages.push(message);
    wake?.();
  };
  const socket: TestSocket = {
    send(message) {
      const raw = typeof message === "string" || message instanceof ArrayBuffer;
      socket.handler.receive(raw ? message : JSON.stringify(message));
    },
    async next() {
      while (messages.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return messages.shift()!;
    },
    waiting: messages,
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
