import type { Command } from 'commander';
import { oauth } from '../../auth/client/oauth.ts';
import { fileStore } from '../../auth/client/stores/file-store.ts';
import { ExitCode } from '../failure.ts';
import type { Invocation } from './invocation.ts';
import { urlOf } from './login.ts';
import { given } from './options.ts';

const OUTCOMES = {
  none: 'You are not logged in there.',
  forgotten: 'Logged out here. Their issuer has not revoked the tokens.',
  revoked: 'Logged out.',
};

export function addLogout(program: Command, invocation: Invocation): void {
  program
    .command('logout')
    .summary('revoke and forget the tokens for a server')
    .description('Has the tokens for a server revoked, and forgets them.')
    .argument('<url>', '', given)
    .action(async (text: string) => {
      const login = oauth({
        redirect: () => '',
        redirectUri: 'http://127.0.0.1/',
        store: fileStore(),
      });
      process.stderr.write(`${OUTCOMES[await login.logout(urlOf(text))]}\n`);
      invocation.exitCode = ExitCode.ok;
    });
}
