import { afterAll, beforeEach, expect, setSystemTime, test } from "bun:test";
import type { AcceptedSocket, ObjectStateLike } from "@plinth/adapters-cloudflare";
import type { App, JsonObject, RequestHost, SocketIo } from "@plinth/core";
import { workspaceObject } from "./object.ts";

/** Fakes the runtime: sockets and storage that outlive the object's memory. */
class FakeSocket implements AcceptedSocket {
  sent: string[] = [];
  closedWith: number | undefined;
  bufferedAmount = 0;
  #attachment: string | undefined;
  send(text: string): void {
    this.sent.push(text);
  }
  close(code: number): void {
    this.closedWith = code;
  }
  serializeAttachment(value: unknown): void {
    const text = JSON.stringify(value);
    if (text.length > 16_384) throw new Error("too large");
    this.#attachment = text;
  }
  deserializeAttachment(): unknown {
    return this.#attachment === undefined ? null : JSON.parse(this.#attachment);
  }
}

let sockets: FakeSocket[];
let stored: Map<string, unknown>;
let alarm: number | null;
const runtime = globalThis as { WebSocketPair?: unknown; WebSocketRequestResponsePair?: unknown };
const { Response: RealResponse } = globalThis;

beforeEach(() => {
  sockets = [];
  stored = new Map();
  alarm = null;
  runtime.WebSocketPair = class {
    0 = {};
    1 = new FakeSocket();
  };
  runtime.WebSocketRequestResponsePair = class {};
  // Only workerd allows the response of a WebSocket handshake.
  globalThis.Response = class extends RealResponse {
    constructor(body?: BodyInit | null, init?: ResponseInit) {
      super(body, init?.status === 101 ? {} : init);
    }
  } as typeof Response;
});
afterAll(() => {
  setSystemTime();
  globalThis.Response = RealResponse;
  delete runtime.WebSocketPair;
  delete runtime.WebSocketRequestResponsePair;
});

const state: ObjectStateLike = {
  id: { name: "changes:w" },
  storage: {
    setAlarm: async (time) => {
      alarm = time;
    },
    getAlarm: async () => alarm,
    kv: {
      get: (key) => stored.get(key),
      put: (key, value) => void stored.set(key, value),
      delete: (key) => stored.delete(key),
      list: ({ prefix }) => [...stored].filter(([key]) => key.startsWith(prefix)),
    },
  },
  acceptWebSocket: (socket) => void sockets.push(socket),
  getWebSockets: (tag) => (tag === "client" ? sockets.filter(({ closedWith }) => closedWith === undefined) : []),
  getTags: () => ["client"],
  setWebSocketAutoResponse: () => {},
};

const ENV = { PLINTH_SECRET: "s".repeat(40), DB: {} as never, LOG_LEVEL: "error" };

/** An app whose sessions store and echo the messages that they receive. */
function startInstance() {
  const resumed: JsonObject[] = [];
  const session = (io: SocketIo, begun: string) => {
    let kept = begun;
    return {
      receive(data: string | ArrayBuffer) {
        kept = String(data);
        io.send(`got ${kept.slice(0, 20)}`);
      },
      closed() {},
      state: (): JsonObject => ({ kept }),
    };
  };
  const app = {
    fetch: (_: Request, host: RequestHost) => host.upgrade!((io) => session(io, ""), "changes:w"),
    sockets: {
      ping: ["ping", "pong"],
      idle: true,
      hibernate() {},
      async resume(all: { io: SocketIo; state: JsonObject }[]) {
        resumed.push(...all.map(({ state }) => state));
        return all.map(({ io, state }) => session(io, String(state.kept)));
      },
    },
  } as unknown as App;
  const object = new (workspaceObject(() => app))(state, ENV);
  return { object, resumed };
}

const open = async ({ object }: ReturnType<typeof startInstance>): Promise<FakeSocket> => {
  await object.fetch(new Request("https://api.test/api/realtime/socket", { headers: { upgrade: "websocket" } }));
  return sockets.at(-1)!;
};

/** Objects stay awake for some seconds; the test moves the clock instead of waiting. */
async function until(done: () => boolean): Promise<void> {
  setSystemTime(new Date(Date.now() + 60_000));
  while (!done()) await Bun.sleep(20);
}
const isKept = (socket: FakeSocket): boolean => JSON.stringify(socket.deserializeAttachment() ?? {}).includes("kept");

test("a new instance goes on from the states of those that rest", async () => {
  const first = startInstance();
  const socket = await open(first);
  await first.object.webSocketMessage(socket, "hello");
  await until(() => isKept(socket));
  const second = startInstance();
  await second.object.webSocketMessage(socket, "again");
  expect(second.resumed).toEqual([{ kept: "hello" }]);
  expect(socket.sent).toEqual(["got hello", "got again"]);
  expect(alarm).not.toBeNull();
});

test("memory that is lost before hibernation ends the sockets that got something since then, and no others", async () => {
  const first = startInstance();
  const [connected, quiet] = [await open(first), await open(first)];
  await until(() => isKept(connected) && isKept(quiet));
  await startInstance().object.webSocketMessage(connected, "from here on the state is another");
  const third = startInstance();
  await third.object.alarm();
  expect(connected.closedWith).toBe(1013);
  expect(quiet.closedWith).toBeUndefined();
  expect(third.resumed).toEqual([{ kept: "" }]);
});

test("a state that is too long for the socket is stored, and taken away with it", async () => {
  const first = startInstance();
  const socket = await open(first);
  const keys = (): string[] => [...stored.keys()].filter((key) => key !== "origin");
  await first.object.webSocketMessage(socket, "x".repeat(20_000));
  await until(() => keys().length === 1);
  const second = startInstance();
  await second.object.alarm();
  expect(second.resumed).toEqual([{ kept: "x".repeat(20_000) }]);
  await second.object.webSocketMessage(socket, "short");
  await until(() => isKept(socket));
  expect(keys()).toEqual([]);
  await second.object.webSocketMessage(socket, "y".repeat(20_000));
  await until(() => keys().length === 1);
  second.object.webSocketClose(socket);
  expect(keys()).toEqual([]);
  stored.set("socket:of a deployment before", "{}");
  await startInstance().object.webSocketMessage(socket, "");
  expect(keys()).toEqual([]);
});

test("a wake-up is answered by whether anybody listens", async () => {
  const { object } = startInstance();
  const wake = () => object.fetch(new Request("https://object/bus", { method: "POST", body: "" }));
  expect((await wake()).status).toBe(204);
  await open({ object, resumed: [] });
  expect((await wake()).status).toBe(202);
});
