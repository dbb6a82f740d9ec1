/** A proxy of bytes that cuts connections after a random number of them, and sends each new one to the next server that answers. */
import { connect, createServer, type Socket } from "node:net";

/** For so long a server does not hear of every second cut, as behind a router that was switched off. */
const UNHEARD_MS = 3000;

export interface CuttingProxy {
  readonly port: number;
  readonly cuts: number;
  close(): void;
}

/** `mean`: bytes that a connection carries before it is cut, on average. The ports may change while it runs. */
export function cuttingProxy(ports: () => readonly number[], mean: number): Promise<CuttingProxy> {
  let [turn, cuts] = [0, 0];
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const all = ports();
    const upstream = connect(all[turn++ % all.length]!, "127.0.0.1");
    let left = -Math.log(Math.random()) * mean;
    let isUnheard = false;
    const end = (): void => {
      client.destroy();
      if (!isUnheard) upstream.destroy();
      else setTimeout(() => upstream.destroy(), UNHEARD_MS);
    };
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("error", end).on("close", () => {
        open.delete(socket);
        end();
      });
    }
    upstream.pipe(client);
    client.on("data", (bytes) => {
      const taken = bytes.subarray(0, Math.max(0, Math.min(bytes.length, Math.floor(left))));
      left -= bytes.length;
      if (!upstream.write(taken)) {
        client.pause();
        upstream.once("drain", () => client.resume());
      }
      if (left > 0) return;
      cuts++;
      isUnheard = Math.random() < 0.5;
      end();
    });
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve({
        port: (server.address() as { port: number }).port,
        get cuts() {
          return cuts;
        },
        close() {
          server.close();
          for (const socket of open) socket.destroy();
        },
      });
    });
  });
}
