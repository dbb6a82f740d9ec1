/**
 * A TCP proxy that can fail like a network: connections hang, lose their answers, or are closed and refused. It runs on
 * Bun.
 * `marks` says which connections that concerns, by something that their client sends first; without it, all of them.
 */
import type { Socket } from "bun";

export interface TcpProxy {
  readonly port: number;
  /** Connections that have come so far, and those that are there now. */
  readonly accepted: number;
  readonly open: number;
  /** Bytes that the server has sent. */
  readonly answered: number;
  /**
   * `hang`: nothing gets through any more. `deafen`: what the server answers is dropped. `close`: connections end, and
   * new ones end at once.
   */
  fail(how: "hang" | "deafen" | "close"): void;
  mend(): void;
  close(): void;
}

interface Side {
  /** The other end, once it is there. */
  peer?: Socket<Side>;
  link: Link;
  /** Bytes that wait for the other end to take them. */
  waiting: Uint8Array[];
}

interface Link {
  marked: boolean;
  sockets: Socket<Side>[];
}

export async function tcpProxy(target: { host: string; port: number }, marks?: string): Promise<TcpProxy> {
  const links = new Set<Link>();
  let accepted = 0;
  let answered = 0;
  let failing: "hang" | "deafen" | "close" | undefined;
  const isCut = ({ marked }: Link): boolean => marked && failing !== undefined && failing !== "deafen";

  const end = (link: Link): void => {
    if (!links.delete(link)) return;
    for (const socket of link.sockets) socket.terminate();
  };
  const flush = (from: Side): void => {
    while (from.peer && from.waiting.length > 0) {
      const [piece] = from.waiting as [Uint8Array];
      const sent = Math.max(0, from.peer.write(piece));
      if (sent < piece.length) {
        from.waiting[0] = piece.subarray(sent);
        return;
      }
      from.waiting.shift();
    }
  };
  const forward = (from: Side, data: Uint8Array, fromClient: boolean): void => {
    const { link } = from;
    if (!fromClient) answered += data.length;
    if (fromClient && marks !== undefined && new TextDecoder("latin1").decode(data).includes(marks)) link.marked = true;
    if (failing === "deafen" && link.marked && !fromClient) return;
    from.waiting.push(Uint8Array.from(data));
    if (!isCut(link)) flush(from);
    else if (failing === "close") end(link);
  };

  const listener = Bun.listen<Side>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      async open(client) {
        const link: Link = { marked: marks === undefined, sockets: [client] };
        links.add(link);
        accepted++;
        client.data = { link, waiting: [] };
        if (isCut(link) && failing === "close") return end(link);
        const server = await Bun.connect<Side>({
          hostname: target.host,
          port: target.port,
          data: { link, waiting: [], peer: client },
          socket: {
            data: (socket, data) => forward(socket.data, data, false),
            drain: () => flush(client.data),
            close: () => end(link),
          },
        }).catch(() => undefined);
        if (!server) return end(link);
        link.sockets.push(server);
        if (!links.has(link)) return server.terminate();
        client.data.peer = server;
        if (!isCut(link)) flush(client.data);
      },
      data: (client, data) => forward(client.data, data, true),
      drain(client) {
        const server = client.data.peer;
        if (server) flush(server.data);
      },
      close: (client) => end(client.data.link),
    },
  });

  return {
    port: listener.port,
    get accepted() {
      return accepted;
    },
    get answered() {
      return answered;
    },
    get open() {
      return links.size;
    },
    fail(how) {
      failing = how;
      if (how === "close") for (const link of [...links]) if (link.marked) end(link);
    },
    mend() {
      failing = undefined;
      for (const { sockets } of links) for (const { data } of sockets) flush(data);
    },
    close() {
      listener.stop(true);
      for (const link of [...links]) end(link);
    },
  };
}
