/** A Worker whose objects only run the bus. Bundled by the test. */
import { answerBus, type ObjectStateLike } from "../src/index.ts";

export class BusObject {
  constructor(private readonly state: ObjectStateLike) {}

  async fetch(request: Request): Promise<Response> {
    return (await answerBus(this.state, request, () => false)) ?? new Response(null, { status: 404 });
  }
}

export default { fetch: () => new Response() };
