/** The used part of a Durable Object's `state`, and of the sockets that it keeps while the object is not in memory. */

export interface ObjectStateLike {
  readonly id: { readonly name?: string | undefined };
  readonly storage: {
    setAlarm(time: number): Promise<void>;
    getAlarm(): Promise<number | null>;
    readonly kv: {
      get(key: string): unknown;
      put(key: string, value: unknown): void;
      delete(key: string): boolean;
      list(options: { prefix: string }): Iterable<[key: string, value: unknown]>;
    };
  };
  acceptWebSocket(socket: never, tags: string[]): void;
  getWebSockets(tag?: string): AcceptedSocket[];
  getTags(socket: never): string[];
  setWebSocketAutoResponse(pair: never): void;
}

export interface AcceptedSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
  readonly bufferedAmount: number;
  /** Stored by the runtime while the object hibernates: at most 16 KiB. */
  serializeAttachment(value: unknown): void;
  deserializeAttachment(): unknown;
}

/** The runtime's own classes, which none of our type packages describes. */
interface WorkersRuntime {
  WebSocketPair: new () => { 0: never; 1: AcceptedSocket };
  WebSocketRequestResponsePair: new (request: string, response: string) => never;
}
const runtime = globalThis as unknown as WorkersRuntime;

/** A new socket that outlives the object's memory, and the response that gives its other end to the caller. */
export function acceptSocket(state: ObjectStateLike, tags: string[]): { socket: AcceptedSocket; response: Response } {
  const { 0: client, 1: socket } = new runtime.WebSocketPair();
  state.acceptWebSocket(socket as never, tags);
  const init: ResponseInit & { webSocket: unknown } = { status: 101, webSocket: client };
  return { socket, response: new Response(null, init) };
}

/** Makes the runtime answer a text by itself, without waking the object. */
export function answerPings(state: ObjectStateLike, ping: string, pong: string): void {
  state.setWebSocketAutoResponse(new runtime.WebSocketRequestResponsePair(ping, pong));
}

/** Does nothing for a socket whose other end has gone; the runtime reports that by itself. */
export function trySend(socket: AcceptedSocket, text: string): boolean {
  try {
    socket.send(text);
    return true;
  } catch {
    return false;
  }
}
