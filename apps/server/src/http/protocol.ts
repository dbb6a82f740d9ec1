import type { Config, SocketHibernation, SqlDriver } from "@plinth/core";
import type { Engine } from "@plinth/engine";
import type { ProtocolForm } from "../context.ts";
import type { Route } from "./route.ts";

/** One API that clients use with this server. */
export interface Protocol extends ProtocolForm {
  readonly name: string;
  /** It answers these paths and all below them, except where another protocol has a longer base. */
  readonly bases: readonly string[];
  readonly routes: readonly Route[];
  /** A domain whose host names are this protocol's alone; what is before it in a name is the first part of a path below the first base. */
  readonly domain?: (config: Config) => string | undefined;
  /** Continues its sockets on hosts that keep them open longer than this process. */
  readonly sockets?: (engine: Engine, open: () => Promise<SqlDriver>) => SocketHibernation;
}

/** The sockets of the one protocol that continues them: a host does not say which protocol a kept socket speaks. */
export function protocolSockets(
  protocols: readonly Protocol[],
  engine: Engine,
  open: () => Promise<SqlDriver>,
): SocketHibernation {
  const makers = protocols.flatMap(({ sockets = [] }) => sockets);
  if (makers.length > 1) throw new Error("Several protocols continue their sockets; a host can keep those of one.");
  return makers[0]?.(engine, open) ?? NO_SOCKETS;
}

const NO_SOCKETS: SocketHibernation = {
  resume: async (kept) => kept.map(() => undefined),
  idle: true,
  hibernate() {},
  ping: ["", ""],
};

/** Finds a path's protocol; `outside` where there is none. */
export function protocolFinder(protocols: readonly Protocol[], outside: ProtocolForm): (path: string) => ProtocolForm {
  const bases = protocols
    .flatMap((protocol) => protocol.bases.map((base) => ({ base, below: `${base}/`, protocol })))
    .sort((a, b) => b.base.length - a.base.length);
  return (path) => {
    for (const { base, below, protocol } of bases) if (path.startsWith(below) || path === base) return protocol;
    return outside;
  };
}
