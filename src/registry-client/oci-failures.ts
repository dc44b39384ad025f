import { FailureDetails, ResolutionError } from './resolution-error';
import { readRetryAfter } from './retry-after';
import type { HttpResponse } from './transport';

/** What a registry says about a failure is not repeated, but for the code: it may hold what we have sent. */
const CODE = /^[A-Z_]{1,40}$/;

/** Says what a registry means by a status that is no success. */
export function registryRefusal(answer: HttpResponse, from: string, image: string): ResolutionError {
  if (answer.status !== 404) {
    return refusal(answer, from, image);
  }
  return errorCode(answer.body) === 'NAME_UNKNOWN'
    ? new ResolutionError('repository-not-found', `the repository of ${image} does not exist ${quoted(answer)}`, details(answer))
    : new ResolutionError('image-not-found', `${image} does not exist ${quoted(answer)}`, details(answer));
}

/** The same for a server that does not know images. */
export function refusal(answer: HttpResponse, from: string, image: string): ResolutionError {
  const { status } = answer;
  if (status === 429) {
    return new ResolutionError('rate-limited', `${from} limits requests for ${image} ${quoted(answer)}`, details(answer));
  }
  if (status >= 500) {
    return new ResolutionError('unavailable', `${from} has trouble with ${image} ${quoted(answer)}`, details(answer));
  }
  const reason = status === 401 ? 'not-signed-in' : status === 403 ? 'access-denied' : 'refused';
  return new ResolutionError(reason, `${from} refuses ${image} ${quoted(answer)}`, details(answer));
}

function quoted({ status, body }: HttpResponse): string {
  const code = errorCode(body);
  return `(HTTP ${status}${code ? ` ${code}` : ''})`;
}

function details({ status, headers }: HttpResponse): FailureDetails {
  return { status, retryAfter: readRetryAfter(headers['retry-after']) };
}

function errorCode(body: Buffer): string | undefined {
  try {
    const code = JSON.parse(body.toString()).errors[0].code;
    return typeof code === 'string' && CODE.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
}
