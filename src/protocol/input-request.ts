import type { ClientCapabilities } from './capabilities.ts';
import type { InputRequest } from './results.ts';
import type { CreateMessageParams } from './types/sampling.ts';

/** The capabilities that a client must declare before it may be asked this (MS-8, EL-2, SA-1). */
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

/** Tools, and context of other servers, need capabilities of their own (SA-1, SA-2). */
function samplingCapabilities(
  params: CreateMessageParams,
): NonNullable<ClientCapabilities['sampling']> {
  const tools = params.tools != null || params.toolChoice != null;
  const context = params.includeContext != null && params.includeContext !== 'none';
  return { ...(tools && { tools: {} }), ...(context && { context: {} }) };
}
