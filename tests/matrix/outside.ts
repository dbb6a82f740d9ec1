import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { modelAnswer } from "../../apps/server/src/testing/ai-stub.ts";
import { oidcServer } from "../../apps/server/src/testing/oidc.ts";
import { verified } from "../../apps/server/src/testing/signed-message.ts";
import { CHALLENGE_SECRET, type HookAnswer, type HookMessage, type Outside, PERSONS } from "../contract/outside.ts";

const MODEL = "/model/v1";

export interface OutsideServers extends Outside {
  /** By which a host may reach them. */
  readonly settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

interface Program {
  readonly secret: string;
  readonly answer: HookAnswer;
  /** By their ids: some hosts send a request again whose connection has ended without an answer. */
  readonly received: Map<string, HookMessage>;
}

const MIRROR = "/mirror";

/** A provider of OpenID Connect, programs that are named as hooks, a service with the API of Turnstile, one that sends back what it gets, and a model. */
export async function startOutside(): Promise<OutsideServers> {
  const provider = await oidcServer(PERSONS);
  const programs = new Map<string, Program>();
  const spent = new Set<string>();
  const modelKeys = new Set<string>();
  const server = createServer(async (request, response) => {
    const bytes = await bytesOf(request);
    if (request.url === MIRROR) {
      const type = request.headers["content-type"] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": type }).end(bytes);
      return;
    }
    const body = bytes.toString("utf8");
    if (request.url === "/siteverify") return reply(response, 200, verdictOn(new URLSearchParams(body), spent));
    if (request.url?.startsWith(MODEL)) {
      modelKeys.add(request.headers.authorization ?? "");
      return pass(response, modelAnswer(request.url, JSON.parse(body)));
    }
    const program = programs.get(request.url ?? "");
    if (!program) return reply(response, 404, {});
    let message: HookMessage;
    try {
      message = verified(program, { body, headers: request.headers as Record<string, string> });
    } catch {
      return reply(response, 401, {});
    }
    program.received.set(String(request.headers["webhook-id"]), message);
    const answer = program.answer(message);
    if (answer) reply(response, 200, answer);
    else request.socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { issuer, register, signIn, idToken } = provider;
  return {
    issuer,
    register,
    signIn,
    idToken,
    program(secret, answer) {
      const path = `/hooks/${programs.size + 1}`;
      programs.set(path, { secret, answer, received: new Map() });
      return `http://${host}${path}`;
    },
    mirror: `http://${host}${MIRROR}`,
    model: `http://${host}${MODEL}`,
    modelKeys: () => modelKeys,
    received: (url) => [...(programs.get(new URL(url).pathname)?.received.values() ?? [])],
    settings: {
      PRIVATE_ADDRESSES: `${new URL(issuer).host},${host}`,
      CAPTCHA_VERIFY_URL: `http://${host}/siteverify`,
    },
    async close() {
      await provider.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As https://developers.cloudflare.com/turnstile/get-started/server-side-validation/ has it. */
function verdictOn(form: URLSearchParams, spent: Set<string>): object {
  const refused = (code: string) => ({ success: false, "error-codes": [code] });
  if (form.get("secret") !== CHALLENGE_SECRET) return refused("invalid-input-secret");
  const token = form.get("response") ?? "";
  if (!token.startsWith("solved by ")) return refused("invalid-input-response");
  if (spent.has(token)) return refused("timeout-or-duplicate");
  spent.add(token);
  return { success: true, hostname: "app.example.com", "error-codes": [] };
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

async function pass(response: ServerResponse, answer: Response): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
