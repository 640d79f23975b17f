/** A session of its own, which hears notifications. */
import type { Client, PoolClient } from 'pg';

export interface Session {
  listen(channel: string, heard: (payload: string) => void): Promise<void>;
  /** Called when it is lost, whatever the reason. */
  onLost(lost: () => void): void;
  close(): Promise<void>;
}

/** @param end lets go of the client */
export function sessionOf(client: Client | PoolClient, end: () => Promise<void>): Session {
  return {
    listen: async (channel, heard) => {
      client.on('notification', ({ payload = '' }) => heard(payload));
      await client.query(`listen ${channel}`);
    },
    onLost: (lost) => {
      client.on('error', lost);
      client.on('end', lost);
    },
    close: end,
  };
}
