// A proxy of bytes that cuts connections after a random number of them. It runs in Node; its arguments are the bytes that a connection carries on average, and the ports of
// the servers, among which it changes. It prints its own port, and at its end how many connections it has cut.
import { connect, createServer } from "node:net";

/** For so long a server does not hear of every second cut, as behind a router that was switched off. */
const UNHEARD_MS = 3000;

const [mean, ...ports] = process.argv.slice(2).map(Number);
let [turn, cuts] = [0, 0];

const server = createServer((client) => {
  const upstream = connect(ports[turn++ % ports.length], "127.0.0.1");
  let left = -Math.log(Math.random()) * mean;
  let isUnheard = false;
  const end = () => {
    client.destroy();
    if (!isUnheard) upstream.destroy();
    else setTimeout(() => upstream.destroy(), UNHEARD_MS);
  };
  for (const socket of [client, upstream]) socket.on("error", end).on("close", end);
  upstream.pipe(client);
  client.on("data", (bytes) => {
    if (left <= 0) return;
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

server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.once("SIGTERM", () => {
  console.log(cuts);
  process.exit(0);
});
