import { ResolutionError } from './resolution-error';

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
