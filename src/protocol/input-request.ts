import type { ClientCapabilities } from './capabilities.ts';
import type { FormSchema } from './elicitation.ts';
import type { InputRequest } from './results.ts';
import type { CreateMessageParams } from './sampling.ts';

/** A form for the user to fill in (EL-3). */
export function formRequest(message: string, requestedSchema: FormSchema): InputRequest {
  return { method: 'elicitation/create', params: { mode: 'form', message, requestedSchema } };
}

/** A URL for the user to open (EL-10). */
export function urlRequest(message: string, url: string): InputRequest {
  return { method: 'elicitation/create', params: { mode: 'url', message, url } };
}

/** What a client must have declared to be asked this (MS-8, EL-2, SA-1). */
export function capabilitiesFor(request: InputRequest): ClientCapabilities {
  switch (request.method) {
    case 'elicitation/create':
      return { elicitation: request.params.mode === 'url' ? { url: {} } : { form: {} } };
    case 'sampling/createMessage':
      return { sampling: samplingCapabilities(request.params) };
    case 'roots/list':
      return { roots: {} };
  }
}

/** Tools and foreign context are for clients that declared them (SA-1, SA-2). */
function samplingCapabilities(
  params: CreateMessageParams,
): NonNullable<ClientCapabilities['sampling']> {
  const tools = params.tools !== undefined || params.toolChoice !== undefined;
  const context = params.includeContext !== undefined && params.includeContext !== 'none';
  return { ...(tools && { tools: {} }), ...(context && { context: {} }) };
}
