export { type D1Like, type D1StatementLike, d1 } from "./d1.ts";
export { answerBus, isBusSocket, type ObjectNamespaceLike, objectBus, QUIET_MS } from "./object-bus.ts";
export { type AcceptedSocket, acceptSocket, answerPings, type ObjectStateLike, trySend } from "./object-state.ts";
