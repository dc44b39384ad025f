import { EventEmitter } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';

/** What every request gets: an answer without body, or the error of a connection. */
export type Outcome = { readonly status: number; readonly headers?: Record<string, string> } | { readonly error: Error };

/** Keeps requests on this machine, and lists them as `[address, method]`. */
export function interceptRequests(answer: Outcome | ((url: URL) => Outcome)): [address: string, method: string][] {
  const requests: [string, string][] = [];
  const send = (url: URL, { method }: http.RequestOptions, receive: (response: unknown) => void) => {
    requests.push([url.href, method!]);
    const outcome = typeof answer === 'function' ? answer(url) : answer;
    const request = Object.assign(new EventEmitter(), { end: () => setImmediate(settle) });
    const settle = () => 'error' in outcome
      ? request.emit('error', outcome.error)
      : receive(Object.assign(Readable.from([]), { statusCode: outcome.status, headers: outcome.headers ?? {} }));
    return request;
  };
  for (const module of [http, https]) {
    jest.spyOn(module, 'request').mockImplementation(send as never);
  }
  return requests;
}
