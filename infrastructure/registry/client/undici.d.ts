// undici's own types cover its main entry only, and that one loads fetch, WebSocket, caches and mocks: 60 ms, not 25.
declare module "undici/lib/dispatcher/agent.js" {
  import type { Agent } from "undici";

  const constructor_: typeof Agent;
  export = constructor_;
}

declare module "undici/lib/api/api-request.js" {
  import type { Dispatcher } from "undici";

  function request(this: Dispatcher, options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData>;
  export = request;
}
