import { createServer } from '../../../../probe-server.mjs';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

const server = createServer();
export const GET = server.fetch;
export const POST = server.fetch;
export const OPTIONS = server.fetch;
