import type { HttpAnswer } from './http-request';
import { ResolutionError } from './resolution-error';

/** What a registry says about a failure is not repeated, but for the code: it may hold what we have sent. */
const CODE = /^[A-Z_]{1,40}$/;

const TLS = /CERT|SSL|TLS|UNABLE_TO_(GET|VERIFY)|^EPROTO$/;

/** Says why a request for an image got no answer. */
export function noAnswer(error: unknown, { host }: URL, image: string, timeoutMs: number): ResolutionError {
  const { name, code = name } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError') {
    return new ResolutionError('busy', `${host} did not answer within ${timeoutMs / 1_000} seconds for ${image}; check the network, or try again later`);
  }
  if (code === 'ENOTFOUND') {
    return new ResolutionError('final', `the host ${host} of ${image} is unknown (${code}); correct its name, or check the network`);
  }
  if (code === 'ECONNREFUSED') {
    return new ResolutionError('unreachable', `${host} refused the connection for ${image} (${code}); check its port, or try again later`);
  }
  if (TLS.test(code)) {
    return new ResolutionError('final',
      `${host} has no TLS connection that can be trusted for ${image} (${code}); name its certificate authority's file in NODE_EXTRA_CA_CERTS, or correct the host`);
  }
  if (code === name || /^(HPE|ERR)_/.test(code)) {
    return new ResolutionError('final', `${host} cannot be asked for ${image} (${code}); correct the host, expected one that speaks the OCI distribution API`);
  }
  return new ResolutionError('busy', `the connection to ${host} for ${image} failed (${code}); check the network, or try again later`);
}

/** Says what a registry, or its token server, means by a status that is no success. */
export function refusal(answer: HttpAnswer, from: string, image: string, signIn: string): ResolutionError {
  const { status, headers } = answer;
  const code = errorCode(answer.body);
  const what = `${from} refuses ${image} (HTTP ${status}${code ? ` ${code}` : ''})`;
  if (status === 401 || status === 403) {
    return new ResolutionError('denied', `${what}; correct its name, or get access: ${signIn}`);
  }
  if (status === 404) {
    return code === 'NAME_UNKNOWN'
      ? new ResolutionError('final', `the repository of ${image} does not exist (HTTP 404 ${code}); correct its name, or create it first`)
      : new ResolutionError('missing', `${image} does not exist (HTTP 404${code ? ` ${code}` : ''}); push it first, or correct its name`);
  }
  if (status === 429) {
    return new ResolutionError('busy',
      `${from} limits requests for ${image} (HTTP 429${code ? ` ${code}` : ''}${retryAfter(headers)}); try again later, or raise the limit: ${signIn}`);
  }
  return status >= 500
    ? new ResolutionError('busy', `${from} has trouble with ${image} (HTTP ${status}${code ? ` ${code}` : ''}${retryAfter(headers)}); try again later`)
    : new ResolutionError('final', `${what}; correct the reference, expected a registry that speaks the OCI distribution API`);
}

function errorCode(body: Buffer): string | undefined {
  try {
    const code = JSON.parse(body.toString()).errors[0].code;
    return CODE.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
}

function retryAfter(headers: HttpAnswer['headers']): string {
  const value = headers['retry-after'] ?? '';
  if (/^[0-9]{1,6}$/.test(value)) {
    return `, retry after ${value} seconds`;
  }
  const time = Date.parse(value);
  return Number.isNaN(time) ? '' : `, retry after ${new Date(time).toISOString()}`;
}
