import express from 'express';
import { nodeHandler } from 'mcp-rondo/node';
import { createServer } from '../probe-server.mjs';

const app = express();
app.all('/mcp', nodeHandler(createServer(), { onLoopback: true }));
const listening = app.listen(0, '127.0.0.1', () =>
  console.log(`at http://127.0.0.1:${listening.address().port}/mcp`),
);
