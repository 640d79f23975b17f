/** The results that come back, and whether they are the right ones. */
import type { Case } from './cases.ts';
import type { HttpResponse } from './http-response.ts';

export interface Result {
  readonly resultType?: string;
  readonly content?: readonly { readonly text?: string }[];
  readonly inputRequests?: Readonly<Record<string, unknown>>;
  readonly requestState?: string;
  readonly isError?: boolean;
}

/** @throws Error saying what came back, unless it is a JSON-RPC result */
export function readResult(status: number, body: string): Result {
  const result = status === 200 ? parse(body)?.result : undefined;
  if (result === undefined) throw new Error(`came back: ${status} ${shortened(body)}`);
  return result;
}

/** @throws Error saying what came back, unless it is what the measured round has to answer */
export function assertRight({ text }: Case, result: Result): void {
  const { resultType, inputRequests = {}, isError, content } = result;
  const isRight =
    text === undefined
      ? resultType === 'input_required' && Object.keys(inputRequests).length === 1
      : resultType === 'complete' && !isError && content?.[0]?.text === text;
  if (!isRight) throw new Error(`came back: ${shortened(JSON.stringify(result))}`);
}

/** What can be said of every response under load without spending more on it than the server. */
export function looksRight({ text }: Case, { status, body }: HttpResponse): boolean {
  return status === 200 && body.includes(text ?? '"input_required"');
}

/** The message in a JSON body, or in the event of an SSE one. */
function parse(body: string): { readonly result?: Result } | undefined {
  const json = body.startsWith('{') ? body : /^data: (.*)$/m.exec(body)?.[1];
  try {
    return json === undefined ? undefined : (JSON.parse(json) as { result?: Result });
  } catch {
    return undefined;
  }
}

function shortened(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)} …` : text;
}
