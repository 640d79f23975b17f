#!/usr/bin/env node
import { tolerateFailedOutput } from './output/print.ts';
import { run } from './run.ts';

tolerateFailedOutput();
process.exitCode = await run(process.argv.slice(2));
