import { PlinthError } from "@plinth/core";
import type { Grant, Hub, Outlet, Room, Scope } from "@plinth/engine";

/** Who listens, by what right. */
export interface Caller {
  readonly scope: Scope;
  readonly grant: Grant;
}

/** A stream that a caller may have, whatever it is sent over. */
export interface Listening extends Caller {
  /** Poll: answer at once where nothing is waited for. */
  readonly immediate?: boolean;
  /** Puts the caller into the room. */
  subscribe(room: Room, outlet: Outlet): void | Promise<void>;
}

/** What was missed is sent while the answer is under way; only what is refused at once is waited for. */
export async function listen(hub: Hub, { scope, subscribe }: Listening, outlet: Outlet): Promise<void> {
  const release = hub.reserve();
  outlet.release = release;
  try {
    const room = await hub.room(scope.principal.workspaceId);
    const work = subscribe(room, outlet);
    if (!(work instanceof Promise)) return;
    work.catch((error: unknown) => {
      scope.engine.log.error("a stream could not be served", { error });
      outlet.end(error instanceof PlinthError ? error : new PlinthError("INTERNAL"));
      release();
    });
  } catch (error) {
    release();
    throw error;
  }
}
