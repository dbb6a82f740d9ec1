/** Whose request is next, and whose is refused, where many wait. */

export interface AdmissionCaller {
  readonly workspace: string;
  /** The user or key; the address of those who have no credentials. */
  readonly caller: string;
  readonly stranger: boolean;
}

/** How many requests of one kind may run at once. */
export interface Shares {
  /** The most for one caller, and for all callers without credentials together: the others need not wait for them. */
  readonly caller: number;
  readonly workspace: number;
}

/** Whether one more may run beside these. */
export function isWithin(most: Shares, one: AdmissionCaller, running: readonly AdmissionCaller[]): boolean {
  let own = 0;
  let strangers = 0;
  let ofWorkspace = 0;
  for (const { caller, stranger, workspace } of running) {
    if (caller === one.caller) own++;
    if (stranger) strangers++;
    if (workspace === one.workspace) ofWorkspace++;
  }
  return own < most.caller && (!one.stranger || strangers < most.caller) && ofWorkspace < most.workspace;
}

/** The first of the caller with the fewest running requests, in the workspace with the fewest. */
export function fairest<Waiting extends AdmissionCaller>(
  waiting: readonly Waiting[],
  running: readonly AdmissionCaller[],
): Waiting | undefined {
  const [first] = waiting;
  if (first === undefined || running.length === 0) return first;
  const weightOf = weights(running);
  return waiting.reduce((best, one) => (weightOf(one) < weightOf(best) ? one : best));
}

/** The last of the caller with the most waiting requests, in the workspace with the most. */
export function greediest<Waiting extends AdmissionCaller>(waiting: readonly Waiting[]): Waiting {
  const weightOf = weights(waiting);
  return waiting.reduce((worst, one) => (weightOf(one) >= weightOf(worst) ? one : worst));
}

/** How many requests a caller's workspace has among these, and then the caller. */
function weights(among: readonly AdmissionCaller[]): (of: AdmissionCaller) => number {
  const counts = new Map<string, number>();
  const add = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const { workspace, caller } of among) {
    add(workspace);
    add(caller);
  }
  const count = (key: string) => counts.get(key) ?? 0;
  return ({ workspace, caller }) => count(workspace) * 1_000_000 + count(caller);
}
