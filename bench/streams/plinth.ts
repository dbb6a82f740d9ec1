/** Plinth on Bun with SQLite: streams, sockets and live queries. */
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { Services } from "../../packages/engine/src/kernel/services.ts";
import { makeTicket } from "../../packages/engine/src/realtime/ticket.ts";
import { openLab, SECRET } from "../../tests/matrix/lab.ts";
import { startServer } from "../../tests/realtime/support.ts";
import type { StreamKind, StreamServer } from "./reader.ts";

export interface PlinthStreams {
  core: number;
  subscribers: number;
  /** Live queries, beside the streams. */
  live: number;
  /** Each subscriber is a user with a rule of their own. */
  own: boolean;
  sockets: boolean;
  /** The folder that keeps the server's CPU profile. */
  profile: string | undefined;
}

/** The sources, so that a profile shows them. */
const ENTRY = join(import.meta.dirname, "../../apps/server/src/entries/bun.ts");
const WORKSPACE = "00000000-0000-7000-8000-000000000001";
const READY = '"event":"';

export async function plinthStreams(options: PlinthStreams): Promise<StreamServer> {
  const lab = await openLab({ postgres: false });
  const folder = lab.folder();
  const profiled = options.profile ? ["--cpu-prof-md", `--cpu-prof-dir=${options.profile}`] : [];
  const command = ["taskset", "-c", String(options.core), process.execPath, ...profiled, ENTRY];
  const env = { PLINTH_SECRET: SECRET, LOG_LEVEL: "error", MAX_CALLER_STREAMS: "20000" };
  const { ask, account, pid, url, stop } = await startServer(lab, env, folder, undefined, command);
  await ask("POST", "/api/collections", {
    slug: "ticks",
    fields: [
      { name: "text", type: "text" },
      { name: "open", type: "boolean" },
      { name: "rank", type: "integer", indexed: true },
    ],
  });
  const condition = options.own ? { $or: [{ open: true }, { owner_id: "$user.id" }] } : { open: true };
  await ask("POST", "/api/permissions", { role: "authenticated", collection: "ticks", action: "read", condition });
  addUsers(join(folder, ".data/plinth.db"), options.own ? options.subscribers : 1);
  const ticketOf = ticketMaker();
  const subscribers = Array.from({ length: options.subscribers }, (_, i) => {
    const ticket = () => ticketOf(options.own ? i : 0);
    return options.sockets ? socketOf(ticket) : streamOf(ticket);
  });
  const queries = Array.from({ length: options.live }, (_, i) => liveQuery(account.secretKey, i));
  return {
    name: "Plinth",
    port: Number(new URL(url).port),
    pid,
    streams: [...subscribers, ...queries],
    async write(text) {
      const rank = Math.floor(Math.random() * Math.max(1, options.live));
      await ask("POST", "/api/items/ticks", { text, open: true, rank }, { key: account.secretKey });
    },
    async stop() {
      await stop();
      await lab.close();
    },
  };
}

const opened = (text: string): boolean => text.includes(READY);

type Ticket = () => Promise<string>;

function streamOf(ticket: Ticket): StreamKind {
  const request = async () =>
    `GET /api/realtime/items/ticks?ticket=${await ticket()} HTTP/1.1\r\nhost: localhost\r\n\r\n`;
  return { request, accepted: "200 OK", event: "data: {", opened };
}

function socketOf(ticket: Ticket): StreamKind {
  const head = ["host: localhost", "upgrade: websocket", "connection: Upgrade", "sec-websocket-version: 13"];
  const nonce = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==";
  const request = async () =>
    `GET /api/realtime/socket?ticket=${await ticket()} HTTP/1.1\r\n${[...head, nonce].join("\r\n")}\r\n\r\n`;
  const message = '{"ref":"a","subscribe":"/api/realtime/items/ticks"}';
  const frame = Buffer.from([0x81, 0x80 | message.length, 0, 0, 0, 0, ...Buffer.from(message)]);
  let subscribed = false;
  return {
    request,
    accepted: "101 ",
    event: '"data":{"event"',
    opened(text, send) {
      if (!subscribed) send(frame);
      subscribed = true;
      return opened(text);
    },
  };
}

function liveQuery(secretKey: string, i: number): StreamKind {
  const body = JSON.stringify({ collection: "ticks", filter: { rank: { _gte: i } }, sort: "-created_at", limit: 10 });
  const head = `POST /api/live HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${secretKey}\r\ncontent-type: application/json`;
  const request = `${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  return { request: () => request, accepted: "200 OK", event: "data: {", opened };
}

/** Beside the server, with a session each: thousands of sign-ups are not what is measured. */
function addUsers(path: string, count: number): void {
  const database = new Database(path);
  database.run("pragma busy_timeout = 5000");
  const user = database.query(
    "insert into plinth_users (id, workspace_id, name, email, email_verified, created_at, updated_at) values (?, ?, ?, ?, 0, ?, ?)",
  );
  const session = database.query(
    "insert into plinth_sessions (id, workspace_id, user_id, token, expires_at, created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?)",
  );
  const now = Date.now();
  database.transaction(() => {
    for (let i = 0; i < count; i++) {
      const id = `user-${i}`;
      user.run(id, WORKSPACE, id, `${id}@x.test`, now, now);
      session.run(`s-${i}`, WORKSPACE, id, `token-${i}`, now + 86_400_000, now, now);
    }
  })();
  database.close();
}

/** A ticket is valid for a minute only, so each is made when its stream is asked for. */
function ticketMaker(): (user: number) => Promise<string> {
  const engine = { config: { secret: SECRET }, clock: { now: () => Date.now() }, services: new Services() } as never;
  const principal = { workspaceId: WORKSPACE } as never;
  return async (user) =>
    (await makeTicket(engine, { principal, credential: { kind: "session", id: `s-${user}` } })).ticket;
}
