import { ECRClient, ECRClientConfig } from '@aws-sdk/client-ecr';
import { sleep } from './handle-event';
import { EcrRepositoryName } from '../../names/repository-name';
import { ResolutionError } from '../../registry-client/resolution-error';
import { retry } from '../../registry-client/retry';

/** New permissions of the function's role may take some seconds to be known everywhere. */
const PERMISSIONS_SPREAD = 30_000;
const REGISTRY_BUSY = 60_000;

/** Beyond the waiting, whatever kinds of trouble follow each other. */
const LONGEST_TROUBLE = 120_000;

/** A client that leaves retries to `patiently`. */
export function ecrClient({ region }: EcrRepositoryName, config: Pick<ECRClientConfig, 'credentials'> = {}): ECRClient {
  return new ECRClient({
    region,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
    ...config,
  });
}

/** How long something may take. */
export interface Patience {
  /** For an image that is not there. */
  readonly waitSeconds: number;
  /** When to give up in any case. */
  readonly deadline: number;
}

/** Asks ECR again while it, or the way to it, has trouble that passes. */
export function patiently<T>(ask: () => Promise<T>, { waitSeconds, deadline }: Patience): Promise<T> {
  return retry(ask, {
    limits: { missing: 1_000 * waitSeconds, denied: PERMISSIONS_SPREAD, busy: REGISTRY_BUSY, unreachable: REGISTRY_BUSY, final: 0 },
    deadline: Math.min(deadline, Date.now() + 1_000 * waitSeconds + LONGEST_TROUBLE),
    now: Date.now,
    sleep,
  });
}

/** Adds to what ECR refuses what to do about it. */
export async function withAdvice<T>(ask: () => Promise<T>, adviceFor: (error: ResolutionError) => string): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof ResolutionError ? new Error(`${error.message}; ${adviceFor(error)}`) : error;
  }
}
