/** Everything that goes over HTTP once more, by `fetch` instead of `node:http`. */
import './support/bad-by-fetch.ts';
import './bad-servers-connections.test.ts';
import './bad-servers-encodings.test.ts';
import './bad-servers-http.test.ts';
import './bad-servers-leftovers.test.ts';
import './bad-servers-listening.test.ts';
import './bad-servers-messages.test.ts';
import './bad-servers-streams.test.ts';
