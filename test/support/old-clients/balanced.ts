/** As a balancer that knows no sessions: what an old client sends goes to one instance or another. */

/** The URL of the instance that gets each kind of request. */
export interface Targets {
  requests: string;
  /** Answers, and notifications such as that a call is cancelled. */
  answers: string;
  changes: string;
  resumes: string;
}

export class Balanced {
  readonly targets: Targets;
  readonly #open = new Set<() => void>();

  constructor(targets: Targets) {
    this.targets = targets;
  }

  /** For the client's transport. */
  readonly fetch = async (_url: string | URL, init: RequestInit = {}): Promise<Response> => {
    const own = new AbortController();
    const signal = AbortSignal.any([own.signal, ...(init.signal ? [init.signal] : [])]);
    const response = await fetch(this.#targetOf(init), { ...init, signal });
    const { status, headers } = response;
    const isStream = init.method === 'POST' && headers.get('content-type') === 'text/event-stream';
    if (!isStream) return response;
    const stream = new TransformStream<Uint8Array, Uint8Array>();
    this.#open.add(() => own.abort());
    void response.body!.pipeTo(stream.writable).catch(() => {});
    return new Response(stream.readable, { status, headers });
  };

  /** Breaks the streams of calls off. */
  cut(): void {
    for (const end of this.#open) end();
    this.#open.clear();
  }

  #targetOf({ method, body, headers }: RequestInit): string {
    const { requests, answers, changes, resumes } = this.targets;
    if (method === 'GET') return new Headers(headers).has('last-event-id') ? resumes : changes;
    if (typeof body !== 'string') return requests;
    const message = JSON.parse(body) as { method?: string; id?: unknown };
    return message.method !== undefined && message.id !== undefined ? requests : answers;
  }
}
