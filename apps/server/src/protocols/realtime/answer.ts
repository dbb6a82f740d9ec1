import { brokerFor, brokerOptions, SubscriptionBroker } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { pollConnection, throwRefusals } from "./poll.ts";
import { type SseStream, sseStream } from "./sse.ts";
import { type Subscription, subscribe } from "./subscription.ts";

/** How long an answer lasts where none can last for good. */
const BOUNDED_MS = 25_000;
const POLL_MS = 20_000;
/** Between two looks at the log by a request that has it for itself. */
const LOOK_MS = 500;
const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  // Proxies of nginx's kind would wait for more before they pass anything on.
  "x-accel-buffering": "no",
};

/** A stream of messages in the form that the host and the caller can have. */
export async function answerStream(c: Context<AppEnv>, subscription: Subscription): Promise<Response> {
  // The body would be dropped by whoever answers, and its reader would never be known to have gone.
  if (c.req.method === "HEAD") return new Response(null, { headers: HEADERS });
  const { streams } = c.var.platform;
  const polls = c.req.query("poll") !== undefined || prefersJson(c.req.header("accept") ?? "");
  if (polls) return answerPoll(c, subscription);
  if (streams === "buffered") return answerBuffered(c, subscription);
  const stream = sseStream();
  if (streams === undefined) {
    await subscribe(brokerFor(c.var.engine, c.var.driver), subscription, stream.connection);
    return new Response(stream.body, { headers: HEADERS });
  }
  const broker = requestBroker(c);
  await subscribe(broker, subscription, stream.connection);
  c.set("streaming", boundedEnd(broker, stream));
  return new Response(stream.body, { headers: HEADERS });
}

/** The end is announced with a wish to be asked again at once, so that nothing is lost but a moment. */
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
  return c.json({ data, ...(position !== undefined && { next: position }) });
}

async function answerBuffered(c: Context<AppEnv>, subscription: Subscription): Promise<Response> {
  const { chunks } = await gather(c, subscription);
  const text = chunks.map((chunk) => new TextDecoder().decode(chunk)).join("");
  return new Response(`${text}retry: 0\n\n`, { headers: HEADERS });
}

async function gather(c: Context<AppEnv>, subscription: Subscription) {
  const lasting = c.var.platform.streams === undefined;
  const broker = lasting ? brokerFor(c.var.engine, c.var.driver) : requestBroker(c);
  const { connection, collect, encoded } = pollConnection(subscription.immediate ?? false);
  try {
    await subscribe(broker, subscription, connection);
    return { ...(await collect(POLL_MS)), chunks: encoded() };
  } finally {
    if (!lasting) await broker.close();
  }
}

/** Where nothing outlives a request, each reads the log for itself; the more often where nobody wakes it. */
function requestBroker(c: Context<AppEnv>): SubscriptionBroker {
  const { engine, driver } = c.var;
  const options = brokerOptions(engine, driver);
  return new SubscriptionBroker(engine.bus?.crossProcess ? options : { ...options, pollMs: LOOK_MS });
}

function prefersJson(accept: string): boolean {
  return accept.includes("application/json") && !accept.includes("text/event-stream");
}
