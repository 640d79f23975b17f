/** What answers the questions of servers. */
import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import type { ElicitResult, FormSchema, FormValue } from '../../protocol/elicitation.ts';
import type { Implementation } from '../../protocol/results.ts';
import type { CreateMessageParams, CreateMessageResult, Root } from '../../protocol/sampling.ts';

/** Why a question was refused: for the caller's own log, since the wire has no place for it. */
export type RefusalReason = 'user' | 'policy' | 'headless' | 'timeout';

/** A refusal, and whose it was. Default: the user's. */
export interface Refusal {
  readonly action: 'decline' | 'cancel';
  readonly reason?: RefusalReason;
}

/** What every handler is told beside its question. */
export interface QuestionContext {
  /** The server's name for the question. */
  readonly key: string;
  /** Who asks, as the server describes itself. */
  readonly server: Implementation | undefined;
  /** Aborts when the call is cancelled, or another question of the round has failed. */
  readonly signal: AbortSignal;
}

export interface FormQuestion {
  readonly message: string;
  readonly requestedSchema: FormSchema;
}

export interface UrlQuestion {
  readonly message: string;
  /**
   * Parsed, and never fetched: show all of it, and open it only with consent.
   *
   * @see https://modelcontextprotocol.io/specification/2026-07-28/client/elicitation#safe-url-handling
   */
  readonly url: URL;
  /** What is worth warning about: look-alike characters, a connection that is not encrypted. */
  readonly warnings: readonly string[];
}

export type FormAnswer =
  { readonly action: 'accept'; readonly content: Record<string, FormValue> } | Refusal;

export type UrlAnswer = { readonly action: 'accept' } | Refusal;

/** A handler for each kind of question. A kind without one is not declared, and not asked. */
export interface QuestionHandlers {
  readonly onElicit?: (
    question: FormQuestion,
    context: QuestionContext,
  ) => FormAnswer | Promise<FormAnswer>;
  readonly onElicitUrl?: (
    question: UrlQuestion,
    context: QuestionContext,
  ) => UrlAnswer | Promise<UrlAnswer>;
  /** Throw to refuse: there is no other way to. */
  readonly onSample?: (
    params: CreateMessageParams,
    context: QuestionContext,
  ) => CreateMessageResult | Promise<CreateMessageResult>;
  /**
   * Directories the server may work in; only what the user has agreed to.
   *
   * @see https://modelcontextprotocol.io/specification/2026-07-28/client/roots#security-considerations
   */
  readonly roots?:
    readonly Root[] | ((context: QuestionContext) => readonly Root[] | Promise<readonly Root[]>);
  /** What sampling may ask for beside plain completions. */
  readonly sampling?: { readonly tools?: boolean; readonly context?: boolean };
}

/** What is declared with every request: exactly what can be answered (VM-1). */
export function capabilitiesOf(handlers: QuestionHandlers): ClientCapabilities {
  const { onElicit, onElicitUrl, onSample, roots, sampling } = handlers;
  return {
    ...((onElicit || onElicitUrl) && {
      elicitation: { ...(onElicit && { form: {} }), ...(onElicitUrl && { url: {} }) },
    }),
    ...(onSample && {
      sampling: {
        ...(sampling?.tools && { tools: {} }),
        ...(sampling?.context && { context: {} }),
      },
    }),
    ...(roots && { roots: {} }),
  };
}

/** The bare result that goes over the wire (MC-4, EL-6). */
export function elicitResult(answer: FormAnswer | UrlAnswer): ElicitResult {
  if (answer.action !== 'accept') return { action: answer.action };
  return 'content' in answer ? { action: 'accept', content: answer.content } : { action: 'accept' };
}
