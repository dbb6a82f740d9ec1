import { type App, type Awaitable, PlinthError, type RequestHost } from "@plinth/core";
import type { Hono } from "hono";
import { type AppEnv, type AppParts, type ProtocolForm, RequestState } from "../context.ts";
import { completed } from "./answer.ts";
import type { DomainRequest } from "./domain-request.ts";
import { preflight } from "./preflight.ts";
import { notAHost, requestedHostBy } from "./requested-host.ts";
import { trafficOf } from "./traffic/traffic.ts";
import { type WorkspacePath, workspacePathOf } from "./workspace-path.ts";

/** Answers requests by the routes: what comes before a request is routed, and after its answer. */
export function fetchBy(
  app: Hono<AppEnv>,
  parts: AppParts,
  protocolOf: (path: string) => ProtocolForm,
  domainRequestOf: (request: Request) => DomainRequest | undefined = () => undefined,
): App["fetch"] {
  const { admission, platform } = parts;
  const { config, log } = platform;
  const refuseForeign = preflight(config, log);
  const requestedHostOf = requestedHostBy(config);
  const traffic = trafficOf(parts.engine);
  const answer = (received: Request, host: RequestHost, began: number): Awaitable<Response> => {
    const ofDomain = domainRequestOf(received);
    const { request, workspace, asOperator }: WorkspacePath = ofDomain
      ? { request: ofDomain.request }
      : workspacePathOf(received);
    const state = new RequestState(parts, host, request, protocolOf, began, workspace, asOperator);
    try {
      if (ofDomain?.isInvalid) throw notAHost("host");
      if (ofDomain) state.domainHost = ofDomain.host;
      else state.requestedHost = requestedHostOf(request);
      if (request.method === "OPTIONS") refuseForeign(request, state.protocol.cors);
      state.address = admission.enter(request, host);
    } catch (error) {
      if (!(error instanceof PlinthError)) throw error;
      log.debug("request refused", { requestId: state.id, method: request.method, code: error.code });
      traffic.failed(state, error);
      traffic.record(state, error.status);
      return completed(state.protocol.errorResponse(error, state.id, request), state);
    }
    const response = app.fetch(request, state);
    if (response instanceof Promise) {
      return response.then(
        (answered) => {
          admission.leave(state);
          traffic.record(state, answered.status);
          const response = completed(answered, state);
          return state.pauseMs === 0 ? response : after(state.pauseMs, response);
        },
        (error: unknown) => {
          admission.leave(state);
          throw error;
        },
      );
    }
    admission.leave(state);
    traffic.record(state, response.status);
    return completed(response, state);
  };
  return (received, host) => {
    const began = performance.now();
    return admission.start(received, () => answer(received, host, began));
  };
}

function after(ms: number, response: Response): Promise<Response> {
  return new Promise((resolve) => setTimeout(() => resolve(response), ms));
}
