import { ResolutionError } from './resolution-error';
import { readRetryAfter } from './retry-after';
import type { HttpResponse } from './transport';

/** What a registry says about a failure is not repeated, but for the code: it may hold what we have sent. */
const CODE = /^[A-Z_]{1,40}$/;

/** Says what a registry, or its token server, means by a status that is no success. */
export function refusal({ status, headers, body }: HttpResponse, from: string, image: string): ResolutionError {
  const code = errorCode(body);
  const answer = `(HTTP ${status}${code ? ` ${code}` : ''})`;
  const details = { status, retryAfter: readRetryAfter(headers['retry-after']) };
  if (status === 404) {
    return code === 'NAME_UNKNOWN'
      ? new ResolutionError('repository-not-found', `the repository of ${image} does not exist ${answer}`, details)
      : new ResolutionError('image-not-found', `${image} does not exist ${answer}`, details);
  }
  if (status === 429) {
    return new ResolutionError('rate-limited', `${from} limits requests for ${image} ${answer}`, details);
  }
  if (status >= 500) {
    return new ResolutionError('unavailable', `${from} has trouble with ${image} ${answer}`, details);
  }
  const reason = status === 401 ? 'not-signed-in' : status === 403 ? 'access-denied' : 'refused';
  return new ResolutionError(reason, `${from} refuses ${image} ${answer}`, details);
}

function errorCode(body: Buffer): string | undefined {
  try {
    const code = JSON.parse(body.toString()).errors[0].code;
    return typeof code === 'string' && CODE.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
}
