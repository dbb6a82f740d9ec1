/** Work that may outlive the response: `waitUntil` at the edge, a tracked promise on a server. */
export type Defer = (work: Promise<unknown>) => void;
