/** Carries wake-ups only ("workspace W is at N"), so losing one loses nothing. */
export interface Bus {
  readonly name: string;
  /** Other processes receive what is published here. Without it, replicas learn of changes by polling. */
  readonly crossProcess: boolean;
  /** `request`: a message belongs to the request that sends it, so others must not wait for it. Absent: `process`. */
  readonly lifetime?: "process" | "request";
  publish(topic: string, message: string): Promise<void>;
  /** Returns the function that ends the subscription. A listener must not throw. */
  subscribe(topic: string, listener: (message: string) => void): Promise<() => void>;
  close?(): Promise<void>;
}
