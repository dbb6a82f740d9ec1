import type { TokenKey } from "@plinth/auth";
import type { TrustedIssuerRow } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { Lru } from "../kernel/lru.ts";
import { service } from "../kernel/services.ts";
import { TtlCache } from "../kernel/ttl-cache.ts";
import type { IdentityChanges } from "./identity-changes.ts";
import type { TokenSettings } from "./settings/tokens.ts";
import type { Identity } from "./state.ts";

const HOUR_MS = 3_600_000;
const MAX_KEYS = 2000;
const MAX_TOKENS = 10_000;

/** A key of a workspace's own tokens. */
export interface OwnKey extends TokenKey {
  readonly workspaceId: string;
  /** The `iss` of its tokens. */
  readonly issuer: string;
}

/** A token whose signature and claims are right. */
export interface VerifiedToken {
  readonly identity: Identity;
  /** When it expires, in milliseconds. */
  readonly until: number;
  /** The changes that it was checked against: see `IdentityChanges`. */
  readonly version: number;
  /** The newest change of its user that it takes into account. */
  readonly userChange: number | undefined;
}

/** Keys and verified tokens. All of it may be lost at any time. */
export class TokenState {
  /** By `kid`. */
  readonly verifying: TtlCache<OwnKey>;
  /** By workspace. */
  readonly signing: TtlCache<OwnKey>;
  readonly issuers: TtlCache<readonly TrustedIssuerRow[]>;
  readonly settings: TtlCache<TokenSettings>;
  /** The workspaces' own, by text. */
  readonly tokens = new Lru<string, VerifiedToken>(MAX_TOKENS);
  /** Of other issuers, by workspace and text. */
  readonly foreignTokens = new Lru<string, VerifiedToken>(MAX_TOKENS);
  #keysVersion = -1;

  constructor({ clock }: Engine) {
    const options = { clock, ttl: HOUR_MS, maxEntries: MAX_KEYS };
    this.verifying = new TtlCache(options);
    this.signing = new TtlCache(options);
    this.issuers = new TtlCache(options);
    this.settings = new TtlCache(options);
  }

  /** Drops what a change of keys, issuers or settings may have made invalid. */
  keepUpWith({ keysVersion }: IdentityChanges): void {
    if (keysVersion === this.#keysVersion) return;
    this.#keysVersion = keysVersion;
    const { verifying, signing, issuers, settings, tokens, foreignTokens } = this;
    for (const cache of [verifying, signing, issuers, settings, tokens, foreignTokens]) cache.clear();
  }
}

export const tokenState = service("access tokens", (engine: Engine) => new TokenState(engine));
