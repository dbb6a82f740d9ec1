/** The reason why a program's answer is none, for the security log, which outlives the people whom it names. */
export class HookFailure extends Error {
  override readonly name = "HookFailure";
  constructor(
    reason: string,
    /** For the log of the function's run: it may quote a value. */
    readonly detail: string = reason,
  ) {
    super(reason);
  }
}
