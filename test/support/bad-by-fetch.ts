/** Imported first, it has all clients of a test file use `fetch`. */
import { callByFetch } from './bad-calls.ts';

callByFetch();
