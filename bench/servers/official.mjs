/** The official SDK behind its own adapter to node:http. */
import { createServer } from 'node:http';
import {
  localhostHostValidation,
  localhostOriginValidation,
  toNodeHandler,
} from '@modelcontextprotocol/node';
import { handler } from './official-server.mjs';
import { listen } from './ready.mjs';

const handle = toNodeHandler(handler);
const validateHost = localhostHostValidation();
const validateOrigin = localhostOriginValidation();

listen(
  createServer((request, response) => {
    if (!validateHost(request, response) || !validateOrigin(request, response)) return;
    void handle(request, response);
  }),
);
