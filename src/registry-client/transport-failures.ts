import { ProxyError } from './proxy-error';
import { ResolutionError } from './resolution-error';

/** So OpenSSL calls an answer in another protocol. */
const NO_TLS = 'wrong version number';
const TLS = /CERT|SSL|TLS|UNABLE_TO_(GET|VERIFY)|^EPROTO$/;

/** What the resolver says of a name that is not there. Trouble of the network may look the same. */
export const UNKNOWN_HOST = 'ENOTFOUND';

/** There is no way to a host, or nobody listens there. */
export const UNREACHABLE = ['ECONNREFUSED', 'EAI_AGAIN', 'ETIMEDOUT', 'ENETUNREACH', 'ENETDOWN', 'EHOSTUNREACH', 'EHOSTDOWN', 'EADDRNOTAVAIL'];

/** Whether a connection failed by its certificates, or whatever else keeps TLS from starting. */
export function isTlsFailure(code: string | undefined): boolean {
  return TLS.test(code ?? '');
}

/** Says why a request for an image got no answer. */
export function noAnswer(error: unknown, { host }: URL, image: string, timeoutMs: number): ResolutionError {
  const { name, message, code = name } = error as NodeJS.ErrnoException;
  if (error instanceof ProxyError) {
    return new ResolutionError('unusable-proxy', `${host} cannot be asked for ${image}: ${error.message}`);
  }
  if (name === 'TimeoutError') {
    return new ResolutionError('timed-out', `${host} did not answer within ${timeoutMs / 1_000} seconds for ${image}`);
  }
  if (code === UNKNOWN_HOST) {
    return new ResolutionError('unknown-host', `the host ${host} of ${image} is unknown (${code})`);
  }
  if (code === 'ECONNREFUSED') {
    return new ResolutionError('unreachable', `${host} refused the connection for ${image} (${code})`);
  }
  if (UNREACHABLE.includes(code)) {
    return new ResolutionError('unreachable', `the connection to ${host} for ${image} failed (${code})`);
  }
  if (message.includes(NO_TLS)) {
    return new ResolutionError('no-tls', `${host} answers without TLS for ${image}`);
  }
  if (isTlsFailure(code)) {
    return new ResolutionError('untrusted-host', `${host} has no TLS connection that can be trusted for ${image} (${code})`);
  }
  if (code === name || /^(HPE|ERR)_/.test(code)) {
    return new ResolutionError('malformed-answer', `${host} cannot be asked for ${image} (${code})`);
  }
  return new ResolutionError('unavailable', `the connection to ${host} for ${image} failed (${code})`);
}
