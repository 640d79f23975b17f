import { urlQuestion } from '../../client/flows/url-question.ts';
import type { FormSchema } from '../../protocol/types/elicitation.ts';
import type { InputRequest } from '../../protocol/results.ts';
import { cleanLine } from '../terminal/clean.ts';
import { fieldsOf } from './field.ts';

/** Says why a question was declined without asking the user, and what helps, if anything does. */
export function policyNotice(key: string, { method, params }: InputRequest): string {
  const declined = `rondo: '${cleanLine(key)}' is declined`;
  if (method !== 'elicitation/create') return `${declined}.`;
  if (params.mode !== 'url') return `${declined}: ${formProblem(params.requestedSchema)}.`;
  const question = urlQuestion(params, false);
  const problem = 'problem' in question ? cleanLine(question.problem) : 'its URL is not safe';
  const helps = !('problem' in urlQuestion(params, true));
  return `${declined}: ${problem}.${helps ? ' --allow-insecure-urls asks you about it.' : ''}`;
}

function formProblem({ properties }: FormSchema): string {
  const odd = Object.entries(properties ?? {}).find(
    ([name, schema]) => fieldsOf({ type: 'object', properties: { [name]: schema } }) === undefined,
  );
  const which = odd === undefined ? 'a field' : `the field '${cleanLine(odd[0])}'`;
  return `its form cannot be shown, since ${which} is of a kind that no form may have`;
}
