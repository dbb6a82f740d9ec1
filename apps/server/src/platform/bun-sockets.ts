import type { SocketHandler, SocketIo } from "@plinth/core";
import type { Peer } from "./server/run.ts";
import { CLOSE_MS, MAX_PAYLOAD, notAHandshake, PING_SECONDS } from "./server/sockets.ts";

/** A socket's data from its request to its end. */
export interface Opening {
  readonly open: (io: SocketIo) => SocketHandler;
  handler?: SocketHandler;
}

type Socket = Bun.ServerWebSocket<Opening>;

export const sockets: Bun.WebSocketHandler<Opening> = {
  // Bun pings a silent peer by itself, and closes a socket that stays silent for this long.
  idleTimeout: 2 * PING_SECONDS,
  maxPayloadLength: MAX_PAYLOAD,
  open(socket) {
    socket.data.handler = socket.data.open(ioOf(socket));
  },
  message(socket, data) {
    socket.data.handler?.receive(typeof data === "string" ? data : new Uint8Array(data).buffer);
  },
  close(socket) {
    socket.data.handler?.closed();
  },
};

function ioOf(socket: Socket): SocketIo {
  return {
    send(text) {
      // 0: dropped. A lost message must not look as if it was sent.
      if (socket.send(text) === 0) socket.terminate();
    },
    together: (work) => void socket.cork(work),
    bufferedAmount: () => socket.getBufferedAmount(),
    close(code, reason) {
      socket.close(code, reason);
      setTimeout(() => socket.terminate(), CLOSE_MS);
    },
  };
}

class BunPeer implements Peer {
  constructor(
    private readonly request: Request,
    private readonly server: Bun.Server<Opening>,
  ) {}
  remoteAddress(): string | undefined {
    return this.server.requestIP(this.request)?.address;
  }
  upgrade(open: Opening["open"]): Response {
    if (!this.server.upgrade(this.request, { data: { open } })) throw notAHandshake();
    // Bun has answered already, and drops this.
    return new Response(null);
  }
}

export function socketPeer(request: Request, server: Bun.Server<Opening>): Peer {
  return new BunPeer(request, server);
}
