/** The handlers that answer the questions of servers. */
import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import { TASKS_EXTENSION } from '../../protocol/names/methods.ts';
import type { FormSchema } from '../../protocol/types/elicitation.ts';
import type { Implementation } from '../../protocol/results.ts';
import type {
  CreateMessageParams,
  CreateMessageResult,
  Root,
} from '../../protocol/types/sampling.ts';

/** Why a question was refused: for the client's own log. The server does not learn it. */
export type RefusalReason = 'user' | 'policy' | 'headless' | 'timeout';

/** A refusal of a question. */
export interface Refusal {
  /** `decline`: the user said no. `cancel`: the user did not decide. */
  readonly action: 'decline' | 'cancel';
  /** Default `user`. */
  readonly reason?: RefusalReason;
}

/** The second argument of every handler. */
export interface QuestionContext {
  /** The server's key for the question. */
  readonly key: string;
  /** Name and version of the server that asks. Not verified. */
  readonly server: Implementation | undefined;
  /** Aborts when the call is cancelled, or another question of the round has failed. */
  readonly signal: AbortSignal;
}

/** A question that the user answers by filling in a form. */
export interface FormQuestion {
  readonly message: string;
  readonly requestedSchema: FormSchema;
}

/** A question that the user answers by opening a URL. */
export interface UrlQuestion {
  readonly message: string;
  /**
   * The URL. The client never fetches it. Show the whole URL, and open it only with the user's
   * consent.
   *
   * @see https://modelcontextprotocol.io/specification/2026-07-28/client/elicitation#safe-url-handling
   */
  readonly url: URL;
  /** Sentences to warn the user with: look-alike characters, a connection that is not encrypted. */
  readonly warnings: readonly string[];
}

/**
 * An answer to a form. `content` has the values of its fields: texts, numbers, booleans and lists of
 * texts.
 */
export type FormAnswer = { readonly action: 'accept'; readonly content: object } | Refusal;

/** An answer to a URL. `accept` is consent to open it. */
export type UrlAnswer = { readonly action: 'accept' } | Refusal;

/**
 * A handler for each kind of question. Kinds without a handler are not declared as capabilities, so
 * servers do not ask them.
 */
export interface QuestionHandlers {
  /**
   * Answers forms. Default: the capability is not declared.
   *
   * @see https://modelcontextprotocol.io/specification/2026-07-28/client/elicitation
   */
  readonly onElicit?: (
    question: FormQuestion,
    context: QuestionContext,
  ) => FormAnswer | Promise<FormAnswer>;
  /** Answers URLs. Default: the capability is not declared. */
  readonly onElicitUrl?: (
    question: UrlQuestion,
    context: QuestionContext,
  ) => UrlAnswer | Promise<UrlAnswer>;
  /**
   * Asks the client's model. Throw to refuse: the protocol has no other way. Default: the
   * capability is not declared.
   */
  readonly onSample?: (
    params: CreateMessageParams,
    context: QuestionContext,
  ) => CreateMessageResult | Promise<CreateMessageResult>;
  /**
   * Directories that the server may work in. Only list what the user has agreed to. Default: the
   * capability is not declared.
   *
   * @see https://modelcontextprotocol.io/specification/2026-07-28/client/roots#security-considerations
   */
  readonly roots?:
    readonly Root[] | ((context: QuestionContext) => readonly Root[] | Promise<readonly Root[]>);
  /** Whether `onSample` supports tools, and context of other servers. Default: neither. */
  readonly sampling?: { readonly tools?: boolean; readonly context?: boolean };
}

/** The capabilities to declare with every request: those with a handler (VM-1). */
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
    extensions: { [TASKS_EXTENSION]: {} },
  };
}
