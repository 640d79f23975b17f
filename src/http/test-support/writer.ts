import type { Rejection } from '../check-head.ts';
import type { ResponseWriter } from '../response-writer.ts';

/** Records everything that is sent, in order. */
export class RecordingWriter implements ResponseWriter {
  readonly sent: string[] = [];
  canWait = true;
  /** What the client has not read, in bytes. */
  unread = 0;

  send(status: number, body: string, headers?: Readonly<Record<string, string>>): void {
    this.sent.push(`${status} ${body}${headers === undefined ? '' : JSON.stringify(headers)}`);
  }
  reject({ status }: Rejection): void {
    this.sent.push(`rejected with ${status}`);
  }
  openStream(): void {
    this.sent.push('head');
  }
  write(text: string): void {
    this.sent.push(text);
  }
  end(text: string): void {
    this.sent.push(`${text}end`);
  }
  abort(): void {
    this.sent.push('aborted');
  }
}
