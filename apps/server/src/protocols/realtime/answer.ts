import { brokerFor, brokerOptions, SubscriptionBroker } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { json } from "../../http/answer.ts";
import { pollConnection, throwRefusals } from "./poll.ts";
import { type SseStream, sseStream } from "./sse.ts";
import { addressOf } from "./stream-caller.ts";
import { type Subscription, subscribe } from "./subscription.ts";

/** How long a stream lasts on a host without lasting connections. */
const BOUNDED_MS = 25_000;
const POLL_MS = 20_000;
/** How often a request with its own log reader polls. */
const LOOK_MS = 500;
const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  // Proxies such as nginx would otherwise buffer the stream.
  "x-accel-buffering": "no",
};

/** Streams messages in a form that the host and the caller support. */
export async function answerStream(c: Context<AppEnv>, subscription: Subscription): Promise<Response> {
  // The body would be dropped, and its reader would never be seen to leave.
  if (c.req.method === "HEAD") return new Response(null, { headers: HEADERS });
  const { streams } = c.env.platform;
  const polls = c.req.query("poll") !== undefined || prefersJson(c.req.header("accept") ?? "");
  if (polls) return answerPoll(c, subscription);
  if (streams === "buffered") return answerBuffered(c, subscription);
  const stream = sseStream();
  const address = addressOf(c, subscription.ctx.principal);
  if (streams === undefined) {
    await subscribe(brokerFor(c.env.engine, c.env.driver), subscription, stream.connection, address);
    return new Response(stream.body, { headers: HEADERS });
  }
  const broker = requestBroker(c);
  await subscribe(broker, subscription, stream.connection, address);
  c.env.streaming = boundedEnd(broker, stream);
  return new Response(stream.body, { headers: HEADERS });
}

/** Ends the stream and asks the reader to reconnect at once, so that only a moment is lost. */
async function boundedEnd(broker: SubscriptionBroker, stream: SseStream): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, BOUNDED_MS);
  });
  await Promise.race([stream.ended, late]);
  clearTimeout(timer);
  stream.finish(0);
  await broker.close();
}

async function answerPoll(c: Context<AppEnv>, subscription: Subscription): Promise<Response> {
  const { messages, position } = await gather(c, subscription);
  throwRefusals(messages);
  const data = messages.filter(({ event }) => event !== "ready");
  return json(c, { data, ...(position !== undefined && { next: position }) });
}

async function answerBuffered(c: Context<AppEnv>, subscription: Subscription): Promise<Response> {
  const { encoded } = await gather(c, subscription);
  const text = encoded.map((bytes) => new TextDecoder().decode(bytes)).join("");
  return new Response(`${text}retry: 0\n\n`, { headers: HEADERS });
}

/** What a subscription is sent first, or within the time of a poll. */
export async function gather(c: Context<AppEnv>, subscription: Subscription) {
  const lasting = c.env.platform.streams === undefined;
  const broker = lasting ? brokerFor(c.env.engine, c.env.driver) : requestBroker(c);
  const { connection, collect, encoded } = pollConnection(subscription);
  // Nobody reads the answer any more.
  const { signal } = c.req.raw;
  const left = (): void => connection.end();
  signal.addEventListener("abort", left);
  try {
    await subscribe(broker, subscription, connection, addressOf(c, subscription.ctx.principal));
    return { ...(await collect(POLL_MS)), encoded: encoded() };
  } finally {
    signal.removeEventListener("abort", left);
    if (!lasting) await broker.close();
  }
}

/** Where nothing outlives a request, each reads the log for itself; more often without wake-ups. */
function requestBroker(c: Context<AppEnv>): SubscriptionBroker {
  const { engine, driver } = c.env;
  const options = brokerOptions(engine, driver);
  return new SubscriptionBroker(engine.bus?.crossProcess ? options : { ...options, pollMs: LOOK_MS });
}

function prefersJson(accept: string): boolean {
  return accept.includes("application/json") && !accept.includes("text/event-stream");
}
