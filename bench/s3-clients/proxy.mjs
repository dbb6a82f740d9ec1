/**
 * A reverse proxy that changes scheme, host, port and path: `node proxy.mjs http://127.0.0.1:8787 PORT KEY.pem CERT.pem`. It answers at
 * https://localhost:PORT/store/…, takes `/store` off, and says so in the headers that proxies send. Its first line is its port; the one at its end,
 * how many requests it has passed on, and how many of each error came back.
 */
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createServer } from "node:https";
import { pipeline } from "node:stream";

const PREFIX = "/store";
const [target, wanted, key, cert] = process.argv.slice(2);
const { hostname, port: to } = new URL(target);
const agent = new Agent({ keepAlive: true });
const seen = { requests: 0, errors: {} };

const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (came, answer) => {
  if (!came.url.startsWith(`${PREFIX}/`)) return answer.writeHead(404).end();
  const headers = {
    ...came.headers,
    host: "inside.example",
    "x-forwarded-host": came.headers.host,
    "x-forwarded-port": String(server.address().port),
    "x-forwarded-proto": "https",
    "x-forwarded-prefix": PREFIX,
  };
  const path = came.url.slice(PREFIX.length);
  seen.requests++;
  const sent = request({ hostname, port: to, path, method: came.method, headers, agent }, (got) => {
    if (got.statusCode >= 400) noteError(got, came.method);
    answer.writeHead(got.statusCode, got.headers);
    pipeline(got, answer, () => {});
  });
  // A client that waits for `100 Continue` gets it from here.
  pipeline(came, sent, (error) => error && answer.destroy());
});

/** By the code of S3, or the status where there is no body. */
function noteError(got, method) {
  let text = "";
  got.on("data", (piece) => {
    if (text.length < 4096) text += piece.toString("latin1");
  });
  got.on("end", () => {
    const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? `${method} ${got.statusCode}`;
    seen.errors[code] = (seen.errors[code] ?? 0) + 1;
  });
}

process.on("SIGTERM", () => {
  console.log(JSON.stringify(seen));
  process.exit(0);
});
server.listen(Number(wanted), "127.0.0.1", () => console.log(server.address().port));
