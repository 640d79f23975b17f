/** What every server program does beside serving. */

/** Tells the process that started this one where it can be reached. */
export function announce(port) {
  process.stdout.write(`ready ${port}\n`);
}

/** Serves with a `node:http` server on a free port of this machine. */
export function listen(server) {
  server.listen(0, '127.0.0.1', () => announce(server.address().port));
}

/** Any line is the question how much of a processor this process has used so far, in ms. */
process.stdin.on('data', () => {
  const { user, system } = process.cpuUsage();
  process.stdout.write(`cpu ${(user + system) / 1000}\n`);
});

// Whoever started this holds the other end: when it dies, however it dies, no server is left behind.
process.stdin.on('end', () => process.exit());
