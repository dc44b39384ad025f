import { ResolutionError } from './resolution-error';
import type { HttpResponse } from './transport';

/** What a registry says about a failure is not repeated, but for the code: it may hold what we have sent. */
const CODE = /^[A-Z_]{1,40}$/;

/** Says what a registry, or its token server, means by a status that is no success. */
export function refusal(answer: HttpResponse, from: string, image: string, signIn: string): ResolutionError {
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

function retryAfter(headers: HttpResponse['headers']): string {
  const value = headers['retry-after'] ?? '';
  if (/^[0-9]{1,6}$/.test(value)) {
    return `, retry after ${value} seconds`;
  }
  const time = Date.parse(value);
  return Number.isNaN(time) ? '' : `, retry after ${new Date(time).toISOString()}`;
}
