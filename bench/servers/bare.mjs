/**
 * What the platform alone takes: reads and parses the request and answers with Rondo's own result,
 * which it is handed at the start. A plain call greets by the name in the request; what a flow's
 * round answers is constant.
 */
import { createServer } from 'node:http';
import { QUESTIONS, greeting } from './flow.mjs';
import { listen } from './ready.mjs';

const result = JSON.parse(process.argv[3]);

function answer(params) {
  if (QUESTIONS > 0) return result;
  return { ...result, content: [{ type: 'text', text: greeting(params.arguments.name) }] };
}

listen(
  createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const { id, params } = JSON.parse(Buffer.concat(chunks).toString());
      const body = JSON.stringify({ jsonrpc: '2.0', id, result: answer(params) });
      response.writeHead(200, {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
      });
      response.end(body);
    });
  }),
);
