import type { ProtocolForm } from "../context.ts";
import type { Route } from "./route.ts";

/** One API that clients use with this server. */
export interface Protocol extends ProtocolForm {
  readonly name: string;
  /** It answers these paths and all below them, except where another protocol has a longer base. */
  readonly bases: readonly string[];
  readonly routes: readonly Route[];
}

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
