/* eslint-disable @typescript-eslint/no-require-imports */
import { readFileSync } from 'fs';
import { homedir } from 'os';
import { join } from 'path';
import type * as agents from './agents';
import type * as certificates from './certificates';
import type * as profileCertificates from './profile-certificates';
import type * as proxies from './proxies';

export interface NetworkOptions {
  /** As in the CDK CLI's setting. */
  readonly proxy?: string;
  /** As in the CDK CLI's setting. */
  readonly caBundlePath?: string;
  readonly profile?: string;
  readonly env: NodeJS.ProcessEnv;
}

const PROXIES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'];
const ANY_HOST = new URL('https://amazonaws.com');

/** What requests go through, as the CDK CLI's own do; nothing where there is neither a proxy nor a bundle of certificates. */
export async function networkAgents(options: NetworkOptions): Promise<agents.Agents | undefined> {
  const { proxy, env } = options;
  const bundle = await caBundle(options);
  if (!bundle && !proxy && !PROXIES.some(name => env[name])) {
    return undefined;
  }
  const { createAgents, trusting, proxyFor } = load();
  // What no request can use is told once, not for each.
  proxyFor(ANY_HOST, proxy);
  return createAgents(url => proxyFor(url, proxy), bundle && trusting(bundle, env));
}

/** Most runs need none of it. */
function load(): typeof agents & typeof certificates & typeof proxies {
  return { ...require('./agents'), ...require('./certificates'), ...require('./proxies') };
}

/** In the CDK CLI's order. */
async function caBundle({ caBundlePath, profile, env }: NetworkOptions): Promise<certificates.CaBundle | undefined> {
  if (caBundlePath) {
    return { file: caBundlePath, source: "the CDK CLI's setting caBundlePath" };
  }
  const named = (...sources: string[]) => sources.flatMap(source => env[source] ? { file: env[source], source } : [])[0];
  return named('aws_ca_bundle', 'AWS_CA_BUNDLE') ?? await bundleOfProfile(profile, env) ?? named('REQUESTS_CA_BUNDLE');
}

async function bundleOfProfile(profile: string | undefined, env: NodeJS.ProcessEnv): Promise<certificates.CaBundle | undefined> {
  const name = profile || env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE || 'default';
  // The AWS SDK, which reads these files, takes longer to load than all else.
  const files = [env.AWS_SHARED_CREDENTIALS_FILE || join(homedir(), '.aws', 'credentials'), env.AWS_CONFIG_FILE || join(homedir(), '.aws', 'config')];
  if (!files.some(file => textOf(file).includes('ca_bundle'))) {
    return undefined;
  }
  const { caBundleOfProfile }: typeof profileCertificates = require('./profile-certificates');
  const file = await caBundleOfProfile(name);
  return file ? { file, source: `ca_bundle of profile '${name}'` } : undefined;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
