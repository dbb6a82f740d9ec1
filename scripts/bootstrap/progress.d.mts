/** A failure whose message is for the user; no stack is shown. */
export class Failure extends Error {}
