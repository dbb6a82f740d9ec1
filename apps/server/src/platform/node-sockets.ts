import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { SocketHandler, SocketIo } from "@plinth/core";
import type { WebSocket, WebSocketServer } from "ws";
import type { Peer } from "./server/run.ts";
import { CLOSE_MS, MAX_PAYLOAD, notAHandshake, PING_SECONDS } from "./server/sockets.ts";

type Open = (io: SocketIo) => SocketHandler;

interface PendingUpgrade {
  readonly response: ServerResponse;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Tells the listener that there is nothing more to write. */
const TAKEN = { headers: { "x-hono-already-sent": "true" } };

export function asksForSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/** Node passes upgrade requests separately. They become ordinary requests until the app upgrades them. */
export function socketUpgrades() {
  const pending = new WeakMap<IncomingMessage, PendingUpgrade>();
  let server: Promise<WebSocketServer> | undefined;

  const upgrade = async (request: IncomingMessage, open: Open): Promise<Response> => {
    const found = pending.get(request);
    if (!found) throw notAHandshake();
    server ??= loadServer();
    const { response, socket, head } = found;
    const known = await server;
    response.removeAllListeners("finish");
    response.detachSocket(socket as Socket);
    known.handleUpgrade(request, socket, head, (webSocket) => serve(webSocket, socket, open));
    return new Response(null, TAKEN);
  };

  class NodePeer implements Peer {
    constructor(private readonly request: IncomingMessage) {}
    remoteAddress(): string | undefined {
      return this.request.socket.remoteAddress;
    }
    upgrade(open: Open): Promise<Response> {
      return upgrade(this.request, open);
    }
  }

  return {
    peerOf: (request: IncomingMessage): Peer => new NodePeer(request),
    /** The response that a refusal is written to; the connection ends with it. */
    begin(request: IncomingMessage, socket: Duplex, head: Buffer): ServerResponse {
      const response = new ServerResponse(request);
      response.shouldKeepAlive = false;
      response.assignSocket(socket as Socket);
      response.once("finish", () => socket.end());
      socket.on("error", () => socket.destroy());
      pending.set(request, { response, socket, head });
      return response;
    },
  };
}

async function loadServer(): Promise<WebSocketServer> {
  const { WebSocketServer } = await import("ws");
  return new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: MAX_PAYLOAD });
}

function serve(socket: WebSocket, connection: Duplex, open: Open): void {
  let alive = true;
  const timer = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, PING_SECONDS * 1000);
  socket.on("pong", () => {
    alive = true;
  });
  // An error in a peer's frames ends the socket, and `close` follows.
  socket.on("error", () => {});
  const handler = open({
    send: (text) => socket.send(text, () => {}),
    together(work) {
      connection.cork();
      work();
      connection.uncork();
    },
    bufferedAmount: () => socket.bufferedAmount,
    close(code, reason) {
      socket.close(code, reason);
      setTimeout(() => socket.terminate(), CLOSE_MS);
    },
  });
  socket.on("message", (data, binary) =>
    handler.receive(binary ? new Uint8Array(data as Buffer).buffer : String(data)),
  );
  socket.on("close", () => {
    clearInterval(timer);
    handler.closed();
  });
}
