/**
 * A reverse proxy that changes scheme, host, port and path: `node proxy.mjs http://127.0.0.1:8787 PORT KEY.pem CERT.pem`. It answers at
 * https://localhost:PORT/store/…, takes `/store` off, and says so in the headers that proxies send.
 */
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createServer } from "node:https";
import { pipeline } from "node:stream";

const PREFIX = "/store";
const [target, port, key, cert] = process.argv.slice(2);
const { hostname, port: to } = new URL(target);
const agent = new Agent({ keepAlive: true });

const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (came, answer) => {
  if (!came.url.startsWith(`${PREFIX}/`)) return answer.writeHead(404).end();
  const headers = {
    ...came.headers,
    host: "inside.example",
    "x-forwarded-host": came.headers.host,
    "x-forwarded-port": port,
    "x-forwarded-proto": "https",
    "x-forwarded-prefix": PREFIX,
  };
  const path = came.url.slice(PREFIX.length);
  const sent = request({ hostname, port: to, path, method: came.method, headers, agent }, (got) => {
    answer.writeHead(got.statusCode, got.headers);
    pipeline(got, answer, () => {});
  });
  // A client that waits for `100 Continue` gets it from here.
  pipeline(came, sent, (error) => error && answer.destroy());
});
server.listen(Number(port), "127.0.0.1");
