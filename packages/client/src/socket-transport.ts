import { SharedSocket } from "./shared-socket.ts";
import type { Transport } from "./transport.ts";
import type { ClientOptions } from "./types.ts";

/** The server's limit for one socket. */
const MAX_SUBSCRIPTIONS = 100;

/** All streams over one socket; as events where sockets are not supported, or are full. */
export function socketTransport(options: ClientOptions, events: Transport): Transport {
  const socket = new SharedSocket(options);
  let open = 0;
  return (stream) => {
    const instead = events(stream);
    if (open >= MAX_SUBSCRIPTIONS) return instead;
    open++;
    return {
      connect: (sink, signal) => (socket.missing ? instead.connect(sink, signal) : socket.follow(stream, sink, signal)),
      hurry: () => socket.hurry(),
      close() {
        open--;
      },
    };
  };
}

/** Browsers open six connections to a server over HTTP/1.1, and requests need some of them. */
const MAX_EVENTS = 4;

/** A few streams as events, which work everywhere; the others over a socket. */
export function mixedTransport(events: Transport, socket: Transport): Transport {
  let open = 0;
  return (stream) => {
    if (open >= MAX_EVENTS) return socket(stream);
    open++;
    return {
      ...events(stream),
      close() {
        open--;
      },
    };
  };
}
