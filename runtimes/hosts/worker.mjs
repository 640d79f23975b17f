import { createServer } from '../probe-server.mjs';

let server;
export default {
  fetch(request, env) {
    server ??= createServer({ state: { keys: [env.STATE_KEY] } });
    return server.fetch(request);
  },
};
